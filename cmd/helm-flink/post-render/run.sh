#!/bin/sh
# Starts helm-flink post-render with the words given, for Helm 4's plugin flink-post-render. The program is, in this
# order: HELM_FLINK_PROGRAM, that of the folder which this one is a part of (a clone, a release), that of the plugin
# flink beside this one, or helm-flink in PATH. Helm 4 drops what stands on stderr: see docs/post-render.md.
set -eu

dir=$(cd -- "$(dirname -- "$0")" && pwd -P)
for program in "${HELM_FLINK_PROGRAM:-}" "$dir/../../../bin/helm-flink" "$(dirname -- "$0")"/../*/bin/helm-flink; do
  if [ -x "$program" ]; then
    exec "$program" post-render "$@"
  fi
done
if command -v helm-flink > /dev/null; then
  exec helm-flink post-render "$@"
fi
echo "flink-post-render: there is no helm-flink: install the plugin flink, or put the program in PATH" >&2
exit 1
