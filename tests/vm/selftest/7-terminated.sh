#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails: it ends in time, by a signal that is not ours.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

check "true" true
[ -e /proc/version ] && kill -TERM $$
check "false" false
