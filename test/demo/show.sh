#!/usr/bin/env bash
# What fentryctl does, step by step, on the kernel it is run on. Works on a copy of an example and removes all it made.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
PATH=$PATH:/usr/sbin:/sbin

fentryctl=$PWD/dist/command/main.cjs
directory=$(mktemp -d /tmp/fentryctl-demo.XXXXXX)
name=demo-$$
pins=/sys/fs/bpf/fentryctl/$name
watcher=

main() {
	cp examples/file-opens/file-opens.bpf.o examples/unlink-latency/unlink-latency.bpf.o "$directory"
	cd "$directory"
	trap clean EXIT
	write_manifest '      count_open: vfs_open'

	title 'A manifest says which program watches which kernel function'
	show cat $name.yaml
	title 'plan says what would be done, and why; it changes nothing'
	show fentryctl plan $name.yaml
	title 'apply does it, and reads every attach back from the kernel'
	show fentryctl apply $name.yaml
	count_opens
	title 'a second apply finds nothing to do'
	show fentryctl apply $name.yaml
	watch_edits
	title 'status shows what is live; the programs outlived the watcher'
	show fentryctl status $name
	title 'destroy removes it all'
	show fentryctl destroy --yes $name
	nothing_left
}

count_opens() {
	title 'The counters move as files are opened: 25 more, by a process named "opener"'
	cp "$(command -v bash)" opener
	echo "\$ bpftool map dump pinned $pins/maps/opens/counts    # summed up: $(opened) files opened so far"
	echo "\$ ./opener -c 'for i in {1..25}; do : </etc/hostname; done'"
	./opener -c 'for i in {1..25}; do : </etc/hostname; done'
	echo "\$ bpftool map dump pinned $pins/maps/opens/counts    # summed up: $(opened) files opened so far; of these"
	bpftool map dump pinned "$pins/maps/opens/counts" | grep -B 2 -A 3 '"opener"'
}

opened() {
	bpftool -j map dump pinned "$pins/maps/opens/counts" |
		node -p 'JSON.parse(require("fs").readFileSync(0)).reduce((sum, { formatted }) => sum + formatted.value, 0)'
}

watch_edits() {
	title 'watch follows the manifest: a second object is added'
	echo "\$ fentryctl watch $name.yaml &"
	node "$fentryctl" watch $name.yaml >>watch.log 2>&1 &
	watcher=$!
	wait_for 'No changes'
	write_manifest '      count_open: vfs_open' '  unlinks:' '    file: unlink-latency.bpf.o' '    programs:' \
		'      unlink_begins: vfs_unlink' '      unlink_ends: vfs_unlink'
	wait_for 'Applied: 2 loaded'
	show cat watch.log

	title 'A broken edit changes nothing, and says what is wrong and where'
	: >watch.log
	sed -i 's/unlink_ends:/unlink_end:/' $name.yaml
	wait_for 'hint:'
	show cat watch.log

	title 'Stopping the watcher is not detaching'
	kill -TERM $watcher
	wait $watcher
	echo "\$ kill -TERM $watcher    # exit status $?"
	watcher=
}

nothing_left() {
	title 'Nothing is left'
	echo "\$ ls $pins"
	[[ ! -e $pins ]]
	echo 'ls: no such directory'
	echo
	echo 'Done: every step did what it said.'
}

write_manifest() {
	printf '%s\n' 'version: 1' "name: $name" 'objects:' '  opens:' '    file: file-opens.bpf.o' '    programs:' "$@" >$name.new
	mv $name.new $name.yaml
}

title() { printf '\n== %s\n' "$1"; }

show() {
	echo "\$ $*"
	if [[ $1 = fentryctl ]]; then
		shift
		node "$fentryctl" "$@"
	else
		"$@"
	fi
}

# Looks at the watcher's log until a text is there; a minute is enough even where the processor is emulated.
wait_for() {
	local tries
	for ((tries = 0; tries < 600; tries++)); do
		! grep -q -- "$1" watch.log || return 0
		kill -0 $watcher
		sleep 0.1
	done
	echo "demo: the watcher did not say \"$1\"; it said:" >&2
	cat watch.log >&2
	return 1
}

clean() {
	[[ -z $watcher ]] || kill -KILL $watcher 2>/dev/null || true
	[[ ! -e $pins ]] || node "$fentryctl" destroy --yes $name >&2 || true
	cd /
	rm -rf "$directory"
}

main
