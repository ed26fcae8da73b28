#!/usr/bin/env bash
# `npm run demo`: the main job on a real kernel, this machine's if it lets us trace, otherwise one in a virtual machine.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
PATH=$PATH:/usr/sbin:/sbin

status=0
bash test/setup/setup.sh || status=$?
[[ $status -eq 0 || $status -eq 69 ]] || exit "$status"

# Says why this machine's kernel will not do; nothing when it will.
why_not_here() {
	[[ $(id -u) -eq 0 ]] || { echo 'you are not root'; return; }
	[[ -r /sys/kernel/btf/vmlinux ]] || { echo 'it has no BTF'; return; }
	! grep -qs '\[confidentiality\]' /sys/kernel/security/lockdown || { echo 'it is locked down'; return; }
	[[ $(stat -f -c %t /sys/fs/bpf) = cafe4a11 ]] || { echo 'no BPF file system is mounted at /sys/fs/bpf'; return; }
	local root=/sys/fs/bpf/fentryctl-demo-probe
	# The checkout may be somebody else's: nothing but a first attempt, and gone again at once.
	node dist/command/main.cjs apply --allow-insecure-files --root $root examples/file-opens/file-opens.yaml &>/dev/null || { echo 'it refuses tracing programs'; return; }
	node dist/command/main.cjs destroy --root $root --yes file-opens &>/dev/null
}

reason=$(why_not_here)
if [[ -z $reason ]]; then
	echo "demo: on this machine's kernel, Linux $(uname -r)"
	exec bash test/demo/show.sh
fi
echo "demo: not on this machine's kernel ($reason), but in a virtual machine"
exec node --import tsx test/vm/main.ts -- bash test/demo/show.sh
