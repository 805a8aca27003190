# shellcheck shell=dash disable=SC2154,SC2034,SC2317 # other parts have the rest
# SPDX-License-Identifier: ISC
#
# openrc.sh - puts an OpenRC service into the VRF that its conf.d file names,
# or keeps it from starting; see vrf-openrc(7).
#
# /etc/rc.conf.d/vrf.conf sources this file in two places.  In openrc-run.sh
# conf.d comes later: `vrf` is not known yet, but the functions defined so far
# can be replaced.  In gendepends.sh conf.d came before: dependencies are added.
# Runs in dash, bash and busybox ash.  The last command must be a true one:
# OpenRC takes a false one for a file that cannot be read.

_vrf_exec=@BINDIR@/vrf-exec
_vrf_rc_vrf=@BINDIR@/rc-vrf
_vrf_newline='
'
# shellcheck source=openrc/hook/settings.sh
. @VRFLIBDIR@/settings.sh

_vrf_refuse()
{
	# The package is being removed: as in vrf.conf.
	[ "${RC_CMD-}" != healthcheck ] || [ -x "$_vrf_exec" ] || exit 0
	eerror "$RC_SVCNAME: ${RC_CMD:-start} refused: $*${_vrf_kept:+; it was not stopped}"
	# who runs on needs its control groups
	if [ -z "${_vrf_kept-}" ] && command -v cgroup2_remove >/dev/null; then
		cgroup2_remove
	fi
	_vrf_entered=
	exit 1
}

# OpenRC's own, but for what is done before and after in its place.
_vrf_source()
{
	# shellcheck disable=SC1090
	if ! . "$1"; then
		eerror "$RC_SVCNAME: error loading $1"
		exit 1
	fi
}
