#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails: what has not run has not failed.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

check_fails "no-such-command" no-such-command
