# shellcheck shell=dash disable=SC2154,SC2034,SC2317 # other parts have the rest
# SPDX-License-Identifier: ISC
#
# end.sh - part of openrc.sh.  The end of openrc.sh: which of the two places is this?

if command -v _vrf_only_look >/dev/null; then
	# vrf.conf, and rc-vrf check, ask whether this file can be read to its end
	:
elif command -v verify_boot >/dev/null; then
	_vrf_replace
else
	_vrf_own_depends
	if [ -z "$_vrf" ]; then
		:
	elif yesno "${RC_USER_SERVICES-}"; then
		# openrc-run.sh does not come here for the services of a user.
		# What OpenRC says of a service that is not there says it all.
		_vrf_depend need NEED VRFs-are-not-for-user-services
	elif [ -n "$_vrf_of_all" ] && _vrf_brings_up; then
		# see _vrf_exempt
		_vrf_depend keyword KEYWORD vrf-before-net
	else
		_vrf_depend need NEED cgroups
		# Behind net what net waits for would make a loop, which OpenRC
		# breaks anywhere, or waits a minute for.
		if _vrf_too_early; then
			# OpenRC knows no such keyword and keeps it: see _vrf_marked.
			_vrf_depend keyword KEYWORD vrf-before-net
		elif ! _vrf_before net; then
			# not need: a restart of networking must not stop the service
			_vrf_depend want WANT net
			_vrf_depend after AFTER net
		elif _vrf_early && _vrf_before net enabled; then
			_vrf_depend keyword KEYWORD vrf-before-net
		fi
	fi
fi
# this file and settings.sh were there to the end
_vrf_complete=${_vrf_settings_complete-}
