#!/usr/bin/env bash
# Builds the programs that only tests need, from the Go module proxy (sarif, iamsimulate and mermaid.js: npm, cfnlint: PyPI) at pinned
# versions, into a cache folder outside the tree.
#
#   tools.sh build [NAME...]   build what is missing (all of them without a name)
#   tools.sh path NAME         print where NAME is; exit 1 when it is not built, or was built from other sources
#   tools.sh list              print the names
#   tools.sh prune             remove what earlier sources left in the cache folder
#
# The folder is $HELM_FLINK_TOOLS, or helm-flink/tools in $XDG_CACHE_HOME or ~/.cache. A tool lies at NAME/KEY/NAME in it,
# where KEY is a hash of its pins, its build flags and, for a program of ours, its sources.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${HELM_FLINK_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/helm-flink/tools}
names=(kustomize kubeconform helm3 helm4 crds.yaml strictdecode sarif iamsimulate mermaid.js cfnlint eksctl.schema.json gitops kubectl kwok controlplane karpenter registry)

helm3=v3.22.0
helm4=v4.3.1
kustomize=v5.8.2
kubeconform=v0.8.0
kwok=v0.8.0
kubernetes=v1.37.2 # of controlplane/go.mod too
sarif=5.7.0
mermaid=12.3.0
eksctl=v0.215.0
gitops="github.com/argoproj/argo-cd/v3@v3.5.7 github.com/fluxcd/source-controller@v1.9.6 github.com/fluxcd/kustomize-controller@v1.9.6"
# cfn-lint and all that it needs, for Python 3.11 or newer.
cfnlint="cfn-lint==1.58.0 jsonpatch==1.48 jsonpointer==3.12 mpmath==1.3.0 networkx==3.6.1 PyYAML==6.0.4 regex==2026.11.19
  sympy==1.14.0 typing_extensions==4.16.0"

# recipe NAME sets pkg and ldflags, module (a folder here, or empty: pkg is pkg@version) and sources (folders that it is built from).
recipe() {
  module='' sources='' ldflags='-s -w'
  local version="-X k8s.io/component-base/version"
  local kubeflags="$version.gitVersion=$kubernetes $version.gitMajor=1 $version.gitMinor=37"
  case $1 in
    helm3) pkg=helm.sh/helm/v3/cmd/helm@$helm3 ldflags+=" -X helm.sh/helm/v3/internal/version.version=$helm3" ;;
    helm4) pkg=helm.sh/helm/v4/cmd/helm@$helm4 ldflags+=" -X helm.sh/helm/v4/internal/version.version=$helm4" ;;
    kustomize) pkg=sigs.k8s.io/kustomize/kustomize/v5@$kustomize ;;
    kubeconform) pkg=github.com/yannh/kubeconform/cmd/kubeconform@$kubeconform ;;
    kwok) pkg=sigs.k8s.io/kwok/cmd/kwok@$kwok ;;
    controlplane) module=controlplane pkg=. sources=$here/controlplane ldflags+=" $kubeflags" ;;
    kubectl) module=controlplane pkg=k8s.io/kubernetes/cmd/kubectl sources=$here/controlplane/go.mod ldflags+=" $kubeflags" ;;
    karpenter) module=karpenter pkg=. sources="$here/karpenter $root/internal/karpenter $root/internal/manifest/quantity $root/internal/diag" ;;
    registry) module=registry pkg=. sources=$here/registry ;;
    sarif) pkg=@microsoft/sarif-multitool-$(uname -s | tr '[:upper:]' '[:lower:]')@$sarif ldflags='' ;;
    iamsimulate) pkg=iamsimulate sources=$here/iamsimulate ldflags='' ;;
    mermaid.js) pkg=mermaid@$mermaid ldflags='' ;;
    cfnlint) pkg=$cfnlint ldflags='' ;;
    eksctl.schema.json) pkg=github.com/weaveworks/eksctl@$eksctl ldflags='' ;;
    gitops) pkg=$gitops ldflags='' ;;
    crds.yaml) module=apis pkg=./crds sources="$here/apis/crds $here/apis/go.mod" ;;
    strictdecode) module=apis pkg=./strictdecode sources="$here/apis/strictdecode $here/apis/go.mod $root/internal/flink/v1beta1" ;;
    *) echo "tools.sh: unknown tool $1: one of ${names[*]}" >&2; exit 2 ;;
  esac
}

# place NAME prints where the tool lies, or will lie.
place() {
  recipe "$1"
  local key
  # shellcheck disable=SC2086 # sources is a list
  key=$({
    echo "$pkg $ldflags"
    [ -z "$sources" ] || find $sources -type f \( -name '*.go' -o -name stages.yaml -o -name go.mod -o -name '*.tsv.gz' -o -name '*.mjs' -o -name 'package*.json' \) ! -name '*_test.go' | LC_ALL=C sort | xargs cat
  } | git hash-object --stdin)
  echo "$cache/$1/${key:0:16}/$1"
}

# modfile FILE.mod copies the module's go.mod and go.sum to FILE. A build reads and may complete the copy, so that a new
# dependency of the product, which module apis imports, neither stops it nor changes the tree (make generate does).
modfile() {
  cp "$here/$module/go.sum" "${1%.mod}.sum"
  sed "s,=> \.\./\.\./\.\.$,=> $root," "$here/$module/go.mod" > "$1"
}

# build NAME builds the tool beside its place and moves it there, so that an interrupted build leaves nothing half done.
build() {
  local target temporary start=$SECONDS
  target=$(place "$1")
  if [ -e "$target" ]; then
    echo "$1: built already"
    return
  fi
  recipe "$1"
  local needs=''
  case $1 in sarif | iamsimulate | mermaid.js) needs=npm ;; cfnlint) needs=pip3 ;; esac
  if [ -n "$needs" ] && ! command -v $needs > /dev/null && [ "${CI:-}" != true ]; then
    echo "$1: left out: $needs is not here"
    return
  fi
  echo "$1: building"
  temporary=$target.$$
  mkdir -p "$(dirname "$target")"
  case $1 in
    helm3 | helm4 | kustomize | kubeconform | kwok)
      mkdir -p "$temporary.d"
      (cd / && GOBIN="$temporary.d" GOFLAGS=-trimpath go install -ldflags "$ldflags" "$pkg")
      mv "$temporary.d"/* "$temporary"
      rmdir "$temporary.d"
      ;;
    sarif)
      mkdir -p "$temporary.d"
      (cd "$temporary.d" && npm pack --silent --ignore-scripts "$pkg" > /dev/null && tar xzf ./*.tgz package/Sarif.Multitool)
      mv "$temporary.d/package/Sarif.Multitool" "$temporary"
      chmod +x "$temporary"
      rm -r "$temporary.d"
      ;;
    iamsimulate) # a folder: main.mjs, for node, with its modules
      mkdir -p "$temporary"
      cp "$here"/iamsimulate/*.mjs "$here"/iamsimulate/package*.json "$temporary"
      (cd "$temporary" && npm ci --silent --ignore-scripts)
      ;;
    mermaid.js) # for browsers, in one file
      mkdir -p "$temporary.d"
      (cd "$temporary.d" && npm pack --silent --ignore-scripts "$pkg" > /dev/null && tar xzf ./*.tgz package/dist/mermaid.min.js)
      mv "$temporary.d/package/dist/mermaid.min.js" "$temporary"
      rm -r "$temporary.d"
      ;;
    cfnlint)
      local lib
      lib=$(dirname "$target")/lib
      rm -rf "$lib"
      # shellcheck disable=SC2086 # pkg is a list
      pip3 install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --target "$lib" $pkg
      # shellcheck disable=SC2016 # the program expands it
      printf '#!/bin/sh\nlib=$(dirname "$0")/lib\nPYTHONPATH=$lib exec python3 "$lib/bin/cfn-lint" "$@"\n' > "$temporary"
      chmod +x "$temporary"
      ;;
    eksctl.schema.json)
      local eksctl
      eksctl=$(cd / && go mod download -json "$pkg" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
      cp "$eksctl/pkg/apis/eksctl.io/v1alpha5/assets/schema.json" "$temporary"
      chmod u+w "$temporary"
      ;;
    gitops) # a folder: crds.yaml, and Argo CD's own health check of FlinkDeployments with its cases
      local dependency dir file
      mkdir -p "$temporary"
      for dependency in $pkg; do
        dir=$(cd / && go mod download -json "$dependency" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
        for file in "$dir"/manifests/crds/*-crd.yaml "$dir"/config/crd/bases/*.yaml "$dir"/resource_customizations/flink.apache.org/*; do
          case $file in
            *'*'*) ;;
            */resource_customizations/*) cp -r "$file" "$temporary" ;;
            *) printf -- '---\n' && cat "$file" ;;
          esac
        done
      done > "$temporary/crds.yaml"
      chmod -R u+w "$temporary"
      ;;
    crds.yaml)
      local crds
      modfile "$temporary.mod"
      go -C "$here/$module" mod download -modfile="$temporary.mod" github.com/cert-manager/cert-manager
      crds=$(go -C "$here/$module" list -modfile="$temporary.mod" -m -f '{{.Dir}}' github.com/cert-manager/cert-manager)/deploy/crds
      go -C "$here/$module" run -modfile="$temporary.mod" -mod=mod -trimpath -buildvcs=false "$pkg" "$crds" > "$temporary"
      ;;
    *)
      modfile "$temporary.mod"
      go -C "$here/$module" build -modfile="$temporary.mod" -mod=mod -trimpath -buildvcs=false -ldflags "$ldflags" \
        -o "$temporary" "$pkg"
      ;;
  esac
  rm -f "$temporary.mod" "$temporary.sum"
  mv "$temporary" "$target"
  echo "$1: built in $((SECONDS - start)) s"
}

# note records in the tree which tools there are: go test keys its cache by the files a test reads inside the module,
# so that a test skipped for want of a tool runs again once the tool is built.
note() {
  local name target
  mkdir -p "$root/bin"
  for name in "${names[@]}"; do
    target=$(place "$name")
    [ ! -e "$target" ] || echo "$target"
  done > "$root/bin/tools.txt.$$"
  mv "$root/bin/tools.txt.$$" "$root/bin/tools.txt"
}

command=${1:-build}
[ $# -eq 0 ] || shift
case $command in
  build)
    export GOTOOLCHAIN=local
    [ $# -gt 0 ] || set -- "${names[@]}"
    for name in "$@"; do (build "$name"); done
    note
    echo "tools are in $cache"
    ;;
  path)
    target=$(place "${1:?a name}")
    if [ ! -e "$target" ]; then
      [ -d "$cache/$1" ] && echo "$1 was built from other sources or pins" >&2 || echo "$1 is not built" >&2
      exit 1
    fi
    echo "$target"
    ;;
  list) echo "${names[@]}" ;;
  prune)
    for name in "${names[@]}"; do
      target=$(place "$name")
      find "$cache/$name" -mindepth 1 -maxdepth 1 ! -name "$(basename "$(dirname "$target")")" -exec rm -r {} + 2> /dev/null || true
    done
    ;;
  *) echo "tools.sh: unknown command $command: build, path, list or prune" >&2; exit 2 ;;
esac
