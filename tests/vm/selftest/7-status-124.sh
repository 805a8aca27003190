#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails: it ends in time, with the status of a timeout(1) that has ended something.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

check "true" true
[ -e /proc/version ] && exit 124
check "false" false
