#!/usr/bin/env bash
# In the virtual machine: the playbook of examples/provisioning against localhost, which neither has a package of ours nor runs systemd.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
export ANSIBLE_NOCOLOR=1 ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3
scratch=$(mktemp -d)
ln -s "$PWD/dist/command/main.cjs" /usr/local/bin/fentryctl
sed 's/count_open: vfs_open/count_open: vfs_read/' examples/file-opens/file-opens.yaml >"$scratch/edited.yaml"

# play CHANGED [ARGUMENT...]: runs it; so many tasks must report a change, and none may fail.
play() {
	local changed=$1 output
	shift
	output=$(ansible-playbook --inventory localhost, --connection local examples/provisioning/playbook.yaml -e ansible_become=false \
		-e fentryctl_deb= -e '{"fentryctl_at_boot": false}' "$@" 2>&1) || { echo "$output"; fail "the playbook fails"; }
	echo "$output"
	grep -Eq "^localhost +: ok=[0-9]+ +changed=$changed +unreachable=0 +failed=0 " <<<"$output" || fail "not $changed changed"
}

attached() { bpftool link list | grep -c ': tracing ' || true; }
fail() { echo "FAILED: $*"; exit 1; }
expect() { [[ $1 = "$2" ]] || fail "$3: $1, not $2"; }

ansible-playbook --syntax-check --inventory localhost, examples/provisioning/playbook.yaml
echo '── first: the folder, the object, the manifest and the programs are new'
play 4 | tee "$scratch/first"
grep -q '"attach": 1' "$scratch/first" || fail 'the handler tells nothing'
expect "$(attached)" 1 'attached'

echo '── again: nothing changes'
play 0

echo '── a check finds what somebody removed, and mends nothing'
fentryctl destroy --yes file-opens
play 1 --check
expect "$(attached)" 0 'attached'
play 1
expect "$(attached)" 1 'attached'

echo '── an edited manifest: it is copied, and applied'
play 2 -e "fentryctl_manifest=$scratch/edited.yaml"
fentryctl status --json file-opens | grep -q '"vfs_read"' || fail 'the edit is not applied'

echo '── a wrong one fails, and changes nothing in the kernel'
echo 'version: 1' >"$scratch/wrong.yaml"
! (play 0 -e "fentryctl_manifest=$scratch/wrong.yaml") >"$scratch/failed" || fail 'the wrong one is taken'
grep -q 'has 1 problem' "$scratch/failed" || { cat "$scratch/failed"; fail 'it does not say why'; }
expect "$(attached)" 1 'attached'
fentryctl destroy --yes file-opens
echo 'the playbook does what it says'
