#!/usr/bin/env bash
# Brings what the benchmarks are measured against: Debian packages if root, and the loaders of bench/peers.
# What cannot be had is said, and left out of the benchmarks.
set -euo pipefail
exec </dev/null
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin:/sbin

missing=()

main() {
	find_missing
	install_debian_packages
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

find_missing() {
	local probe package purpose
	while IFS='|' read -r probe package purpose; do
		$probe &>/dev/null && continue
		say "missing: $package ($purpose)"
		missing+=("$package")
	done < <(requirements)
}

install_debian_packages() {
	[[ ${#missing[@]} -gt 0 ]] || return 0
	if ! command -v apt-get >/dev/null; then
		say 'this is no Debian: install the above under the names that they have here'
	elif [[ $(id -u) -ne 0 ]]; then
		say "only root can install them: apt-get install --no-install-recommends ${missing[*]}"
	else
		apt_install "${missing[@]}" || say 'not all of them could be installed'
	fi
}

apt_install() {
	export DEBIAN_FRONTEND=noninteractive
	apt-get install -y --no-install-recommends "$@" >&2 && return
	say 'once more with fresh package lists'
	apt-get update >&2
	apt-get install -y --no-install-recommends "$@" >&2
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
