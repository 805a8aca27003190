#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails, and with it all that would come later: the kernel panics.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

check "true" true
echo c >/proc/sysrq-trigger
