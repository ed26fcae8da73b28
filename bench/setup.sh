#!/usr/bin/env bash
# Brings what the benchmarks are measured against: Debian packages if root, and the loaders of bench/peers.
# What cannot be had is said, and left out of the benchmarks.
set -euo pipefail
exec </dev/null
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
PATH=$PATH:/usr/sbin:/sbin
. test/setup/debian-packages.sh

missing=()

main() {
	find_missing
	install_missing || true # what is missing is left out
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

build_peers() {
	mkdir -p bench/build
	node_modules/.bin/esbuild --log-level=warning --bundle --platform=node --external:koffi \
		--outfile=bench/build/floor-node.cjs bench/peers/floor-node.ts || say "does not compile: bench/peers/floor-node.ts"
	command -v gcc >/dev/null || return 0
	local source
	for source in bench/peers/*.c; do
		local program=bench/build/${source##*/}
		program=${program%.c}
		[[ $program -nt $source && $program -nt bench/peers/pins.h ]] && continue
		gcc -O2 -Wall -Wextra -Werror -o "$program" "$source" -lbpf || say "does not compile: $source"
	done
}

main
