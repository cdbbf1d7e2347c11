#!/usr/bin/env bash
# catalog.sh jars|read: fetches the jars with Maven into the cache folder, and prints their options, a version at a time.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${FLINKCATALOG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/helm-flink/flinkcatalog}

fetch() { # fetch FOLDER PROFILES [-Dname=version]...
  local folder=$cache/$1 profiles=$2
  shift 2
  [ -e "$folder/.complete" ] && return
  mvn -q -B -ntp -f "$here/pom.xml" "-P$profiles" "$@" dependency:copy-dependencies -DincludeScope=runtime \
    "-DoutputDirectory=$folder" >&2
  touch "$folder/.complete"
}

rows() { grep -v '^#' "$here/versions.tsv" | tail -n +2; }

jars() {
  local names values profiles args i
  read -ra names < <(grep -v '^#' "$here/versions.tsv")
  while read -ra values; do
    args=()
    for i in "${!names[@]}"; do args+=("-D${names[i]}=${values[i]}"); done
    profiles=flink
    case ${values[0]} in
      1.20.*) profiles=flink,forst args+=(-Dforst=1.20.0) ;;
      2.2.*) profiles=flink,forst args+=(-Dforst=2.2.0) ;;
      2.*) profiles=flink,forst ;;
    esac
    fetch "${values[0]}" "$profiles" "${args[@]}" < /dev/null
  done < <(rows)
  fetch operator operator < /dev/null
}

options() { # options FOLDER NAME CLASSES: lines that begin with NAME
  local classes=$cache/classes
  mkdir -p "$classes"
  javac -d "$classes" -cp "$cache/$1/*" "$here/Catalog.java"
  java -Xshare:auto -cp "$classes:$cache/$1/*" Catalog "$cache/$1" "$3" 2>> "$cache/skipped.log" | sed "s/^/$2\t/"
}

case ${1:-} in
  jars) jars ;;
  read)
    jars
    : > "$cache/skipped.log"
    while read -r version _; do options "$version" "${version%.*}" '.*'; done < <(rows)
    options operator operator 'org/apache/flink/(kubernetes/operator|autoscaler)/.*'
    grep -v '^#' "$here/extra.tsv"
    ;;
  *) echo "usage: catalog.sh jars|read" >&2; exit 2 ;;
esac
