# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/net/words/executor.sh - executors run as ifup runs them, without ifup between.

# executor NAME PHASE IFACE [VARIABLE=VALUE...]; with KILLAT=N in the environment killed at its N-th system
# call (status 0), or not, if it has fewer (status 1).
# shellcheck disable=SC2086 # KILLAT may be two words
executor() {
	executor_name=$1
	executor_phase=$2
	executor_iface=$3
	shift 3
	env -i PHASE="$executor_phase" IFACE="$executor_iface" INTERFACES_FILE=/etc/network/interfaces "$@" \
		${KILLAT:+/tests/bin/killat $KILLAT} "/usr/libexec/ifupdown-ng/$executor_name"
}

# link_states: of every link what executors decide: up or down, and its master; no carrier.
link_states() {
	ip -o link | awk '{
		up = $3 ~ /[<,]UP[,>]/ ? "up" : "down"
		master = "-"
		for (i = 4; i < NF; i++)
			if ($i == "master")
				master = $(i + 1)
		print $2, up, master
	}'
}

# refused PATTERN CMD...: exit 1, exactly one line, and it matches; the network is as it was.
refused() {
	refused_pattern=$1
	shift
	unchanged refuses "$@"
}

refuses() {
	refused_text=$("$@" 2>&1)
	refused_status=$?
	printf '%s\n' "$refused_text"
	[ $refused_status = 1 ] || {
		echo "status $refused_status"
		return 1
	}
	[ "$(printf '%s\n' "$refused_text" | wc -l)" = 1 ] || {
		echo "more than one line"
		return 1
	}
	printf '%s\n' "$refused_text" | grep -Eq -e "$refused_pattern" || {
		echo "does not match $refused_pattern"
		return 1
	}
}
