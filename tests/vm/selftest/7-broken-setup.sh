#!/bin/sh
# SPDX-License-Identifier: ISC
#
# Fails: a command outside a check fails, and the check would pass for it.

# shellcheck source=../../net/lib.sh
. "$(dirname "$0")/lib.sh"

lann office eth0 10.20.30.1/24
check_fails "no answer" ping -c 1 -W 1 10.20.30.1
