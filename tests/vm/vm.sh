# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/vm/vm.sh - what `root`, `run` and `shell` share: where things are, how
# a layer of files becomes part of an initramfs, and the one qemu command line.
# Sourced; the caller has set `here` to the directory of this file.
# shellcheck disable=SC2154 # here

top=$(cd "$here/../.." && pwd)
vm=$top/build/vm
# The scripts of `net`; another directory for the test of this harness itself.
scripts=${VM_SCRIPTS:-$top/tests/net}

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

# alpine-like is no root of its own: forky's, with other things laid over it; nor are musl-iproute2, and
# RELEASE-lsm, RELEASE-nolsm and RELEASE-noipv6, which only boot with other words.
base() {
	case $1 in
	musl*) echo musl ;;
	alpine-like*) echo "forky${1#alpine-like}" ;;
	*-lsm*) echo "${1%%-lsm*}${1#*-lsm}" ;;
	*-nolsm*) echo "${1%%-nolsm*}${1#*-nolsm}" ;;
	*-noipv6*) echo "${1%%-noipv6*}${1#*-noipv6}" ;;
	*) echo "$1" ;;
	esac
}

# arch RELEASE: its processor's name, as Debian has it
arch() {
	case $1 in
	*-i386*) echo i386 ;;
	*-arm64*) echo arm64 ;;
	*-s390x*) echo s390x ;;
	*) echo amd64 ;;
	esac
}

# triplet ARCH: how the names of its compiler's programs begin
triplet() {
	case $1 in
	i386) echo i686-linux-gnu ;;
	arm64) echo aarch64-linux-gnu ;;
	*) echo "$1-linux-gnu" ;;
	esac
}

# multiarch ARCH: where its libraries lie
multiarch() {
	case $1 in
	i386) echo i386-linux-gnu ;;
	*) triplet "$1" ;;
	esac
}

# emulator ARCH: qemu's program
emulator() {
	case $1 in
	amd64) echo qemu-system-x86_64 ;;
	arm64) echo qemu-system-aarch64 ;;
	*) echo "qemu-system-$1" ;;
	esac
}

# Rebuild a release's root, kernel and initramfs if they are missing or out of
# date; RELEASE+FLAVOUR: a root with more in it.
root() {
	case $1 in
	musl*+*) die "$1: no such root" ;;
	musl*) "$here/musl/root" ;;
	*+*) "$here/flavour" "$(base "$1")" ;;
	*-i386* | *-arm64* | *-s390x*) "$here/arch" "$(base "$1")" ;;
	*) "$here/root" "$(base "$1")" ;;
	esac || die "cannot build the root of $1"
}

# Lay over what is in DIR the files of a release that is no root of its own:
# busybox as /bin/sh and ip, scripts that do as Alpine's, no dash (bash stays, as
# root's login shell) and no iproute2.  The tests' `ip` is then testip.  On musl, where
# all that is so, only the scripts, and unshare and setpriv are the tests' as well; and
# musl-iproute2 is that machine once `apk add iproute2 iputils dhcpcd` has been there.
overlay() {
	case $1 in
	alpine-like | musl*) ;;
	*) return 0 ;;
	esac
	cp -a "$here/alpine-like/." "$2/"
	mkdir -p "$2/tests/ip"
	case $1 in
	*-iproute2*)
		rm "$2/usr/bin/ip"
		for program in ip ss bridge ping; do
			ln -s "../libexec/iproute2/$program" "$2/usr/sbin/$program"
		done
		ln -s ../libexec/dhcpcd/dhcpcd "$2/usr/sbin/dhcpcd"
		;;
	*) ln -s ../bin/testip "$2/tests/ip/ip" ;;
	esac
	if [ "$(libc "$1")" = musl ]; then
		ln -s ../bin/apart "$2/tests/ip/unshare"
		ln -s ../bin/apart "$2/tests/ip/setpriv"
		return
	fi
	# A character device 0:0 makes a file of the layers below vanish.
	for gone in bin/dash bin/ss bin/lnstat bin/nstat bin/routel bin/rdma sbin/bridge sbin/tc sbin/rtmon sbin/devlink; do
		mknod "$2/usr/$gone" c 0 0
	done
}

# Small static programs for the guest, compiled here so that no release needs a compiler.
# programs RELEASE: in the directory programs_of RELEASE.
programs() {
	bin=$(programs_of "$1") processor=$(arch "$1")
	mkdir -p "$bin"
	for source in "$here"/*.c; do
		[ -e "$source" ] || continue
		program=$bin/$(basename "$source" .c)
		[ -z "$(find "$program" -newer "$source" -newer "$here/ring.h" 2>/dev/null)" ] || continue
		static_cc "$processor" -O1 -Wall -Wextra -o "$program.$$" "$source" || die "cannot compile $source"
		mv "$program.$$" "$program"
	done
}

static_cc() {
	processor=$1
	shift
	case $processor in
	amd64) musl-gcc -static -idirafter /usr/include -idirafter "/usr/include/$(gcc -print-multiarch)" "$@" ;;
	*) "$vm/cross-$processor/bin/musl-cc" "$@" ;;
	esac
}

programs_of() {
	case $(arch "$1") in
	amd64) echo "$vm/bin" ;;
	*) echo "$vm/cross-$(arch "$1")/programs" ;;
	esac
}

# guest_files RELEASE DIR: put into DIR, as /tests of the guest, what every guest needs of this tree.
guest_files() {
	bin=$(programs_of "$1")
	shift
	mkdir -p "$1/tests/bin"
	cp -a "$here/guest/." "$1/tests/"
	cp -a "$scripts" "$1/tests/net"
	cp "$top/tests/net/lib.sh" "$1/tests/net/"
	cp -a "$bin"/* "$1/tests/bin/" 2>/dev/null || :
	[ -z "${VM_COUNTS-}" ] || cp -a "$VM_COUNTS/empty" "$1/counts"
}

# libc RELEASE: whose C library it has, the host's, musl or that of another processor.
libc() {
	case $1 in
	musl*) echo musl ;;
	*-i386* | *-arm64* | *-s390x*) arch "$1" ;;
	*) echo host ;;
	esac
}

# objects LIBC: where what is compiled for it lies.  One build for all releases with the
# host's: what is linked on the oldest runs on the others.
objects() {
	case $1 in
	musl) echo build/vm/musl/obj ;;
	host) echo build/vm/obj ;;
	*) echo "build/vm/cross-$1/obj" ;;
	esac
}

# compile LIBC TARGET...: with objects of its own, because somebody may be building beside us.
compile() {
	libc=$1
	shift
	case $libc in
	host) ;;
	musl) set -- CC="$vm/musl/bin/musl-cc" PKG_CONFIG="$vm/musl/bin/musl-pkg-config" WITH_OPENRC=yes STATIC=vrf-exec "$@" ;;
	*) set -- CC="$vm/cross-$libc/bin/cc" AR="$(triplet "$libc")-ar" PKG_CONFIG="$vm/cross-$libc/bin/pkg-config" WITH_OPENRC=yes "$@" ;;
	esac
	(
		flock 9
		make -s -C "$top" BUILD="$(objects "$libc")" "$@" >"$vm/install.log" 2>&1
	) 9>"$vm/install.lock"
}

# installed LIBC DIR: what `make install` installs.  VM_INSTALL names a tree to use instead.
installed() {
	if [ -n "${VM_INSTALL-}" ]; then
		cp -a "$VM_INSTALL" "$2"
		return
	fi
	compile "$1" all install DESTDIR="$2"
}

# tool LIBC NAME: the one of binutils
tool() {
	case $1 in
	host | musl) echo "$2" ;;
	*) echo "$(triplet "$1")-$2" ;;
	esac
}

# unit_tests LIBC DIR: the programs and what they read, for net/unit; small, since they lie in memory there.
unit_tests() {
	compile "$1" unit-programs || die "cannot compile the unit tests ($vm/install.log)"
	mkdir -p "$2/tests/contract" "$2/openrc"
	cp "$top/$(objects "$1")"/tests/unit/*_test "$2/" && "$(tool "$1" strip)" "$2"/*_test
	cp "$top"/tests/contract/*.table "$2/tests/contract/"
	mkdir -p "$2/openrc/hook"
	cp "$top/openrc/hook/settings.sh" "$2/openrc/hook/"
}

# contract_tests LIBC DIR: those of them that run what we install, with all that they read, for net/contract.
contract_tests() {
	mkdir -p "$2/build/executor" "$2/build/helpers" "$2/build/openrc/rc-vrf" "$2/tests"
	for part in executor/vrf executor/l3mdev executor/table helpers/vrf-exec helpers/vrf-listen openrc/rc-vrf/rc-vrf; do
		cp "$top/$(objects "$1")/$part" "$2/build/$part" && "$(tool "$1" strip)" "$2/build/$part"
	done
	cp -a "$top/tests/contract" "$2/tests/"
	cp -a "$top/executor" "$top/helpers" "$top/openrc" "$top/doc" "$top/interfaces.d" "$top/CHANGELOG.md" "$top/Makefile" "$2/"
}

# memory_tests LIBC DIR: the programs with shared libraries, malloc() being of one, and what takes its place, for net/memory.
memory_tests() {
	shared=$(objects "$1")/shared
	compile "$1" BUILD="$shared" WITH_OPENRC=yes STATIC=no "$shared/executor/vrf" "$shared/executor/l3mdev" "$shared/executor/table" \
		"$shared/openrc/rc-vrf/rc-vrf" || die "cannot compile the programs with shared libraries ($vm/install.log)"
	mkdir -p "$2"
	for program in executor/vrf executor/l3mdev executor/table openrc/rc-vrf/rc-vrf; do
		cp "$top/$shared/$program" "$2/" && "$(tool "$1" strip)" "$2/${program##*/}"
	done
	case $1 in
	musl) cc=$vm/musl/bin/musl-cc ;;
	host) cc=gcc ;;
	*) cc=$vm/cross-$1/bin/cc ;;
	esac
	"$cc" -O1 -Wall -Wextra -fno-omit-frame-pointer -fPIC -shared -o "$2/nomem.so" "$here/memory/nomem.c" || die "cannot compile nomem.c"
}

# init RELEASE: its process 1 when OpenRC is booted.
init() {
	case $1 in
	musl*) echo /sbin/init ;;
	*) echo /sbin/openrc-init ;;
	esac
}

# Append the tree DIR to the initramfs FILE as layer NAME.  A layer lies over
# the guest's root, where /bin, /sbin and /lib are links that it must not hide.
layer() {
	for link in bin sbin lib lib64; do
		if [ -d "$2/$link" ] && [ ! -L "$2/$link" ]; then
			mkdir -p "$2/usr/$link"
			cp -a "$2/$link/." "$2/usr/$link/" && rm -rf "${2:?}/$link"
		fi
	done
	mkdir -p "$3.layer/layer"
	mv "$2" "$3.layer/layer/$1"
	(cd "$3.layer" && find layer | cpio -o -H newc -R 0:0 --quiet) >>"$3"
	rm -rf "$3.layer"
}

# Boot a release: boot RELEASE INITRAMFS CONSOLE "KERNEL WORDS" [QEMU-OPTION...]
# for at most $limit seconds.  VM_ACCEL: another way to emulate.
# No network device at all: nothing that a guest sends can leave it.
# A panic, an oops and a warning end the machine, hence without a verdict.
# no_timer_check: on a busy host the emulated timer is late, and 6.12 panics.
# la57=off: a fifth level of page tables is only slower; rcu_expedited: the
# kernel need not be gentle when a namespace or a cgroup goes; norandmaps: what
# qemu has translated of a library is valid for the next process only at the
# same address, and starting a program takes 5 ms instead of 30.
boot() {
	base=$(base "$1") initramfs=$2 console=$3 words=$4
	# As Alpine's kernels boot: bpf is compiled in, but not among the security modules; and as its users add it.
	case $1 in
	*-lsm*) words="$words lsm=landlock,lockdown,yama,loadpin,safesetid,integrity,bpf" ;;
	alpine-like* | musl* | *-nolsm* | *-i386* | *-s390x*) words="$words lsm=landlock,lockdown,yama,loadpin,safesetid,integrity" ;;
	esac
	case $1 in
	*-noipv6*) words="$words ipv6.disable=1" ;;
	esac
	shift 4
	set_hardware "$(arch "$base")"
	# shellcheck disable=SC2086 # lists of words
	exec ${limit:+timeout --foreground $limit} $hardware -accel ${VM_ACCEL:-tcg,thread=multi} -smp "${VM_CPUS:-1}" -m "${VM_MEMORY:-768}" \
		-nodefaults -display none -no-reboot -kernel "$vm/$base/vmlinux" -initrd "$initramfs" \
		-append "console=$tty loglevel=5 panic=-1 oops=panic panic_on_warn=1 mitigations=off no_timer_check norandmaps rcupdate.rcu_expedited=1 ${VM_WORDS-} $words ${loader_words-}" \
		-chardev "$console" -serial chardev:console \
		-drive "file=$vm/$base/root.img,format=raw,if=virtio,readonly=on,file.locking=off" \
		-device "$serial" "$@"
}

# set_hardware ARCH: $hardware, the emulator and the machine that it is; $tty, its console; $serial, the device
# that has the ports.  An arm64 with pointer authentication would be much slower.
set_hardware() {
	hardware=$(emulator "$1") tty=ttyS0 serial=virtio-serial-pci
	case $1 in
	amd64) hardware="$hardware -cpu max,la57=off" ;;
	i386) hardware="$hardware -cpu max" ;;
	arm64) hardware="$hardware -M virt -cpu cortex-a72" tty=ttyAMA0 ;;
	s390x) hardware="$hardware -M s390-ccw-virtio" tty=ttysclp0 serial=virtio-serial-ccw ;;
	esac
}
