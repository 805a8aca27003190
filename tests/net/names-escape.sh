#!/bin/sh
# SPDX-License-Identifier: ISC
# timeout: 900
#
# Every way out of a VRF, as net/confine-escape has them, where the VRFs have nameservers of their own
# and the address that all is sent to is the host's: nothing opens by that.

NAMES=yes
export NAMES
exec "$(dirname "$0")/confine-escape.sh"
