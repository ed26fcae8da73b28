#!/usr/bin/env bash
# Brings what the benchmarks are measured against: Debian packages if root, and the loaders of bench/peers.
# What cannot be had is said, and left out of the benchmarks.
set -euo pipefail
exec </dev/null
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin:/sbin
. test/setup/debian-packages.sh

missing=()
later_suite=trixie

main() {
	find_missing
	install_missing || true # what is missing is left out
	newer_bpftool || say 'no bpftool that knows "autoattach" is to be had'
	build_peers
}

say() { echo "bench setup: $*" >&2; }

# Each line: a test that it is there, the package that brings it, what for.
requirements() {
	cat <<-'END'
		command -v gcc|gcc|compiles the loaders in C
		test -e /usr/include/bpf/libbpf.h|libbpf-dev|headers for them
		command -v clang|clang|compiles the programs that are loaded
		command -v bpftool|bpftool|a peer
		command -v bpftrace|bpftrace|a peer
		command -v strace|strace|counts bpf() calls
	END
}

# One of a later Debian release, with the libraries that it needs, where this release's attaches nothing. It is not installed.
newer_bpftool() {
	local directory=bench/build/bpftool.later
	bpftool prog help 2>&1 | grep -q autoattach && return
	[[ -e $directory/usr/sbin/bpftool ]] && return
	say "fetching the bpftool of Debian $later_suite into $directory"
	rm -rf "$directory.new"
	mkdir -p "$directory.new"/{sources,lists,packages}
	packages_of "$later_suite" "$directory.new" bpftool libc6 libcap2 libelf1t64 libzstd1 zlib1g || return
	rm -rf "$directory.new"/{sources,lists,packages}
	mv -T "$directory.new" "$directory"
}

# packages_of SUITE DIRECTORY PACKAGE…: unpacks them, from the archive that apt has this release's packages from.
packages_of() {
	local suite=$1 directory archive keys=/usr/share/keyrings/debian-archive-keyring.gpg package
	directory=$(realpath "$2")
	shift 2
	archive=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' | head -n 1)
	[[ -n $archive ]] || return
	echo "deb $([[ -e $keys ]] && echo "[signed-by=$keys]") $archive $suite main" >"$directory/sources/later.list"
	local options=(
		-o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$directory/sources"
		-o "Dir::State::Lists=$directory/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
		-o APT::Sandbox::User= -q
	)
	apt-get "${options[@]}" update >&2 || return
	(cd "$directory/packages" && apt-get "${options[@]}" download "$@" >&2) || return
	for package in "$directory"/packages/*.deb; do dpkg-deb -x "$package" "$directory"; done
}

build_peers() {
	command -v gcc >/dev/null || return 0
	mkdir -p bench/build
	local source
	for source in bench/peers/*.c; do
		local program=bench/build/${source##*/}
		program=${program%.c}
		[[ $program -nt $source && $program -nt bench/peers/pins.h ]] && continue
		gcc -O2 -Wall -Wextra -Werror -o "$program" "$source" -lbpf || say "does not compile: $source"
	done
}

main
