#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails: nothing may be left out.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

check "true # SKIP no reason" true
