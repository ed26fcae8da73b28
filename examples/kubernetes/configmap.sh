#!/usr/bin/env bash
# Prints the ConfigMap that daemonset.yaml mounts: configmap.sh MANIFEST OBJECT... | kubectl apply -f -
# The same as kubectl create configmap --from-file, for machines without kubectl.
set -euo pipefail
[[ $# -ge 2 ]] || { echo 'usage: configmap.sh MANIFEST OBJECT...' >&2; exit 64; }
manifest=$1
shift

cat <<END
apiVersion: v1
kind: ConfigMap
metadata:
  name: fentryctl
  namespace: fentryctl
data:
  manifest.yaml: |
$(sed 's/^/    /' "$manifest")
binaryData:
END
for object in "$@"; do
	echo "  $(basename "$object"): $(base64 -w 0 "$object")"
done
