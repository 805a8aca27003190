# SPDX-License-Identifier: ISC
# shellcheck shell=sh
#
# tests/vm/musl/fetch.sh - Debian's sources and packages for the root with musl,
# by an apt with directories of its own: nothing of the host's is read or written.
# Every file is checked against an index that Debian has signed.  Sourced.
# shellcheck disable=SC2154 # dir

# The sources are trixie's, whose versions stay, where the mirror at hand has them; OpenRC is that of the
# machine `forky`.
releases="trixie forky"

# apt RELEASE PROGRAM ARGUMENT...
apt() {
	release=$1
	shift
	env APT_CONFIG="$dir/apt/$release/apt.conf" "$@"
}

fetch_lists() {
	# shellcheck disable=SC2016 # apt expands it
	mirror=${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Component: main' | head -n 1)}
	[ -n "$mirror" ] || die "no MIRROR, and apt does not name one"
	for release in $releases; do
		place=$dir/apt/$release
		mkdir -p "$place/lists/partial" "$place/cache/archives/partial"
		: >"$place/status"
		cat >"$place/apt.conf" <<-EOF
			Dir::State "$place";
			Dir::State::status "$place/status";
			Dir::Cache "$place/cache";
			Dir::Etc::sourcelist "$place/sources.list";
			Dir::Etc::sourceparts "-";
			APT::Architecture "amd64";
			APT::Architectures "amd64";
			APT::Sandbox::User "root";
			Acquire::Check-Valid-Until "false";
			Acquire::Languages "none";
			Acquire::Retries "3";
		EOF
		keyring=/usr/share/keyrings/debian-archive-keyring.gpg
		printf "deb%s [signed-by=$keyring] $mirror $release main\n" '' -src >"$place/sources.list"
		apt "$release" apt-get -q update
	done
}

# source_of NAME RELEASE: the path of the tarball of its source.  Not with `apt-get source`,
# which wants Debian's changes as well; not every mirror has those of every package.
source_of() {
	mkdir -p "$dir/sources"
	apt "$2" apt-cache showsrc --only-source "$1" | awk '
		/^[^ ]/ { sums = /^Checksums-Sha256:/ }
		/^Directory:/ { directory = $2 }
		sums && $3 ~ /\.orig\.tar\.[a-z0-9]*$/ { sum = $1; name = $3 }
		END { print directory, name, sum }' >"$dir/sources/$1"
	read -r directory name sum <"$dir/sources/$1"
	[ -n "$sum" ] || die "no source of $1"
	if [ ! -e "$dir/sources/$name" ]; then
		apt "$2" /usr/lib/apt/apt-helper download-file "${mirror%/}/$directory/$name" \
			"$dir/sources/$name.new" "SHA256:$sum" >&2
		mv "$dir/sources/$name.new" "$dir/sources/$name"
	fi
	echo "$dir/sources/$name"
}

# unpack_debs RELEASE DIR PACKAGE...
unpack_debs() {
	release=$1 to=$2
	shift 2
	rm -rf "$dir/debs/$release"
	mkdir -p "$dir/debs/$release" "$to"
	(cd "$dir/debs/$release" && apt "$release" apt-get -q download "$@")
	for deb in "$dir/debs/$release"/*.deb; do
		dpkg-deb -x "$deb" "$to"
	done
}
