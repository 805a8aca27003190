#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails: it checks nothing.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"
