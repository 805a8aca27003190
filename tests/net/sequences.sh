#!/bin/sh
# SPDX-License-Identifier: ISC
# timeout: 28000
#
# Whatever is done, in whatever order: sequences of steps by chance, each from a seed (SEQUENCES of them,
# the first from SEQUENCE_SEED).  Steps are ifup, ifdown, edited stanzas, links that are deleted, moved and
# renamed by hand, services, VRFs that bounce, other versions of the programs; words/sequence.sh has them.
# After each step words/sequence-check.sh looks, which asks the kernel by ip(8), sock_diag and packets, and
# of ours only what it said: rc-vrf check.
#
# - No packet of a service arrives where its VRF has no member, or no route, before or after the step.
# - What ifup takes for up is in the kernel as its stanza says, and what it takes for down is not; or the
#   exit status of the step was not 0, or rc-vrf check names it.
# - A service that OpenRC takes for started is in its control group, its sockets are bound; no other runs.
# - Nothing of others' has changed: rules, routes, a VRF, control groups with programs, sysctls.
# - Afterwards ifup -f brings all of it back, services start, and their packets arrive where they should;
#   and once all is down and stopped no rule, route, link or control group is left.
#
# A sequence that fails is run again with steps left out, until none can be: what is left is printed, with
# the line that runs it alone (SEQUENCE="step;step;...").

. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/words/sequence.sh"
. "$(dirname "$0")/words/sequence-check.sh"

sequences=${SEQUENCES:-1}
# Of many each kernel and each C library has others.
first=1
[ -z "${SEQUENCES-}" ] || first=$({ uname -r && ls /lib; } | cksum | cut -c 1-5)000
first=${SEQUENCE_SEED:-$first}
length=${SEQUENCE_LENGTH:-5}

world
check "the world is there, and one round of it leaves nothing" whole_round
[ $tap_failed = 0 ] || exit 1

if [ -n "${SEQUENCE-}" ]; then
	printf '%s\n' "$SEQUENCE" | tr ';_' '\n ' >/run/steps
	check "$SEQUENCE" run_steps /run/steps
	exit
fi

seed=$first
while [ "$seed" -lt $((first + sequences)) ]; do
	generate "$seed" "$length" >/run/steps
	echo "# seed $seed: $(tr '\n' ';' </run/steps)"
	{
		run_steps /run/steps && echo whole
	} 2>&1 | tee /run/said
	if grep -q '^whole$' /run/said; then
		check "seed $seed" true
	else
		grep '^WRONG' /run/said | sed 's/^/# /' >&3
		shrink /run/steps "$(grep -m 1 '^WRONG' /run/said | cut -d ' ' -f 2)" >/run/shrinking 2>&1
		cat /run/shrinking
		{
			echo "# seed $seed, the shortest that fails so:"
			sed 's/^/#     /' /run/steps
			echo "# alone: VM_WORDS='SEQUENCE=$(tr ' \n' '_;' </run/steps | sed 's/;$//')' tests/vm/run RELEASE:net/sequences"
		} | tee /run/shortest
		cat /run/shortest >&3
		check "seed $seed" false
	fi
	seed=$((seed + 1))
done
