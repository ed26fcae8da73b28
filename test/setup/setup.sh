#!/usr/bin/env bash
# Brings a checkout from any state to one that can be built, run and tested. Asks nothing; quick when all is there.
# Exit status 69: something is missing that this user cannot install; all that was possible has been done.
set -euo pipefail
exec </dev/null
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
PATH=$PATH:/usr/sbin:/sbin
. test/setup/debian-packages.sh

missing=()

main() {
	check_node
	install_npm_packages
	install_debian_packages
	build_sources
	build_examples
	prepare_vm
	[[ ${#missing[@]} -eq 0 ]] || exit 69
}

say() { echo "setup: $*" >&2; }

check_node() {
	node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' && return
	say "Node $(node --version) is too old: 20.19 or later is needed"
	exit 69
}

# npm's own notes change with every npm; a digest of the lock file says whether node_modules is what it asks for.
install_npm_packages() {
	local stamp=node_modules/.fentryctl-setup digest
	digest=$(cat package-lock.json <(node -p process.versions.modules) | sha256sum)
	[[ -f $stamp && $(<"$stamp") = "$digest" ]] && return
	say 'npm packages: the lock file asks for others than are installed'
	npm ci --include=dev --no-audit --no-fund
	echo "$digest" >"$stamp"
}

# Each line: a test that it is there, the package that brings it, what for.
requirements() {
	cat <<-'END'
		has_libbpf|libbpf1|loads programs
		command -v clang|clang|compiles the examples and the test objects
		command -v llvm-strip|llvm|strips them, so that everybody gets the same bytes
		test -e /usr/include/bpf/bpf_tracing.h|libbpf-dev|headers for them
		test -e /usr/include/linux/bpf.h|linux-libc-dev|headers for them
		command -v qemu-system-x86_64|qemu-system-x86|the virtual machine of the tests
		command -v busybox|busybox-static|boots it
		command -v cpio|cpio|boots it
		command -v modprobe|kmod|finds the modules that it boots with
		command -v xz|xz-utils|unpacks them
		command -v bpftool|bpftool|a second opinion on what is in the kernel
		command -v strace|strace|counts the system calls of a run that has nothing to do
	END
}

has_libbpf() { [[ $(ldconfig -p) == *libbpf.so.1* ]]; }

# What cannot be installed stays missing, which the exit status tells; all that is possible is done first.
install_debian_packages() {
	find_missing
	install_missing || true
}

build_sources() {
	# Not in dist/, all of which goes into the package.
	local stamp=node_modules/.fentryctl-build digest
	digest=$(find src schemas packaging/build-command.ts package.json tsconfig.json -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum)
	[[ -f dist/command/main.cjs && -f $stamp && $(<"$stamp") = "$digest" ]] && return
	say 'building dist/'
	rm -rf dist
	npm run -s build
	echo "$digest" >"$stamp"
}

build_examples() {
	if [[ ! -f examples/build.sh ]]; then
		say 'no examples/build.sh: no examples are built'
	elif command -v clang >/dev/null; then
		npm run -s build:examples
	fi
}

prepare_vm() {
	command -v qemu-system-x86_64 >/dev/null || return 0
	local log
	log=$(node --import tsx test/vm/main.ts --prepare 2>&1) && return
	if [[ $(id -u) -eq 0 ]]; then
		say 'the kernel for the virtual machine is not to be had: once more with fresh package lists'
		apt-get update
		log=$(node --import tsx test/vm/main.ts --prepare 2>&1) && return
	fi
	say "no virtual machine: $log"
	missing+=(kernel)
}

main
