#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails: the machine is gone.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

check "true" true
