#!/bin/sh
# vrf-ng: an interface came up.  The kernel dropped every route through it when
# it went down, those in the tables of VRFs too (with lo those of IPv6 that lead
# nowhere), and no executor of the VRF's stanza runs now.  Runs after the executors
# and the stanza's own commands.
table=@EXECUTOR_PATH@/table
[ -x "$table" ] || exit 0
PHASE=reapply exec "$table"
