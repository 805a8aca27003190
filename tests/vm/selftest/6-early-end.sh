#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails: it ends before its last check.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

check "true" true
[ -e /proc/version ] && exit 3
check "false" false
