#!/usr/bin/env bash
# All checks and all tests, from any state of the checkout. The last line on stdout has the totals.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."

status=0
bash test/setup/setup.sh >&2 || status=$?
# 69: something is missing that only root can install. The runner says which suites that costs.
[[ $status -eq 0 || $status -eq 69 ]] || exit "$status"
exec node --import tsx test/run.ts </dev/null
