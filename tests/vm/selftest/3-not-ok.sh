#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails: one result of two.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

check "true" true
check "false" false
