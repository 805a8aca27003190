# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/net/words/ssh.sh - what an administrator does over the confined sshd.
# A command that runs in such a session is a process of the service.

ssh_options="-i /root/key -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o ConnectTimeout=10 -o LogLevel=ERROR"

# ssh_key: root logs in with a key.
ssh_key() {
	mkdir -p /root/.ssh
	chmod 700 /root/.ssh
	[ -e /root/key ] || ssh-keygen -q -t ed25519 -N '' -f /root/key
	cp /root/key.pub /root/.ssh/authorized_keys
	chmod 600 /root/.ssh/authorized_keys
}

# over_ssh NET ADDR CMD...: a new session from the network NET.
over_ssh() {
	ssh_net=$1
	ssh_address=$2
	shift 2
	# shellcheck disable=SC2086 # a list of options
	from "$ssh_net" ssh $ssh_options "root@$ssh_address" "PATH=$PATH; $*"
}

# ssh_open NET ADDR: a session that stays; ssh_again NET ADDR CMD...: a command over that very connection.
ssh_open() {
	# shellcheck disable=SC2086
	from "$1" ssh $ssh_options -M -S /run/session -f -N "root@$2"
}

ssh_again() {
	ssh_net=$1
	ssh_address=$2
	shift 2
	# Without the master's socket ssh would quietly open a new connection.
	[ -S /run/session ] || return 1
	# shellcheck disable=SC2086
	timeout 60 nsenter --net="/run/netns/$ssh_net" -- ssh $ssh_options -S /run/session "root@$ssh_address" "PATH=$PATH; $*"
}

# sshd_pid: of the daemon itself.
sshd_pid() {
	cat /run/sshd.pid
}
