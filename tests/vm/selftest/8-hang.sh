#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails: it takes longer than it may.
# timeout: 2
# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

check "true" true
wait_for 100 false
