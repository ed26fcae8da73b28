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

bundle() {
	local source=bench/peers/$1.ts
	node_modules/.bin/esbuild --log-level=warning --bundle --platform=node --external:koffi "${@:2}" "$source" ||
		say "does not compile: $source"
}

build_peers() {
	mkdir -p bench/build/least
	bundle floor-node --outfile=bench/build/floor-node.cjs
	# Started as fentryctl is, by its launcher.
	bundle least-runner --outfile=bench/build/least/main-program.cjs \
		'--banner:js=(function (exports, require, module, __filename, __dirname) {' '--footer:js=})'
	cp dist/command/main.cjs bench/build/least/main.cjs
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
