#!/usr/bin/env bash
# Builds every *.bpf.c of examples/ and test/objects/ into the *.bpf.o beside it.
# The same sources, clang and llvm-strip give the same bytes, wherever the checkout lies: manifests may pin them by sha256.
# A source may say `// build: no-btf` on a line of its own to be built without type information.
set -euo pipefail

usage='usage: build.sh [--force]    (CLANG and LLVM_STRIP name other tools)'
force=false
case "$#:${1-}" in
0:) ;;
1:--force) force=true ;;
1:-h | 1:--help) echo "$usage" && exit 0 ;;
*) echo "$usage" >&2 && exit 64 ;;
esac

script=$(realpath -- "${BASH_SOURCE[0]}")
cd -- "$(dirname -- "$script")/.."
export LC_ALL=C
clang=${CLANG:-clang}
strip=${LLVM_STRIP:-llvm-strip}

missing() {
	echo "build.sh: $1 is missing" >&2
	echo "hint: apt-get install $2" >&2
	exit 69
}

# The kernel's headers keep <asm/types.h> in a folder named for the machine, which -target bpf does not search.
asm_headers() {
	local multiarch
	multiarch=$(gcc -print-multiarch 2>/dev/null) || multiarch=
	echo "/usr/include/${multiarch:-$(uname -m)-linux-gnu}"
}

check_tools() {
	command -v "$clang" >/dev/null || missing "$clang" clang
	# Asking the compiler, not the file system, finds headers in any of its folders.
	has_header asm/types.h || missing '<asm/types.h>' linux-libc-dev
	has_header linux/bpf.h || missing '<linux/bpf.h>' linux-libc-dev
	has_header bpf/bpf_tracing.h || missing '<bpf/bpf_tracing.h>' libbpf-dev
}

has_header() {
	printf '#if !__has_include(<%s>)\n#error missing\n#endif\n' "$1" |
		"$clang" -target bpf -I"$include" -E -x c -o /dev/null - 2>/dev/null
}

# A new build.sh may have new flags, so it makes every object stale.
is_fresh() {
	[[ $force = false && $2 -nt $1 && $2 -nt $script ]]
}

# Clang runs in the source's folder and sees its bare name, so that no path gets into the object.
build() {
	local source=$1 object=$2 debug=-g
	grep -qx '// build: no-btf' "$source" && debug=-g0
	temporary=$object.$$.tmp
	(cd -- "$(dirname -- "$source")" &&
		"$clang" -O2 "$debug" -target bpf -mcpu=v3 -Wall -Werror -I"$include" \
			-fdebug-compilation-dir=. -fdebug-prefix-map="$PWD"=. \
			-c "$(basename -- "$source")" -o "$(basename -- "$temporary")")
	# DWARF is several times the size of the rest, and nothing loads it. BTF stays.
	if command -v "$strip" >/dev/null; then "$strip" -g "$temporary"; fi
	mv -f -- "$temporary" "$object"
	temporary=
	echo "built $object"
}

temporary=
trap '[[ -z $temporary ]] || rm -f -- "$temporary"' EXIT
include=$(asm_headers)
check_tools
for source in examples/*/*.bpf.c test/objects/*.bpf.c; do
	[[ -e $source ]] || continue
	object=${source%.c}.o
	is_fresh "$source" "$object" || build "$source" "$object"
done
