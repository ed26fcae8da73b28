#!/usr/bin/env bash
# What `npm run test:provisioning` needs besides what all tests do. Exit status 69: it is missing, and only root can install it.
set -euo pipefail
exec </dev/null
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
. test/setup/debian-packages.sh

missing=()
say() { echo "setup: $*" >&2; }
requirements() { echo 'command -v ansible-playbook|ansible-core|runs the playbook of examples/provisioning'; }

find_missing
install_missing || exit 69
