#!/usr/bin/env bash
# catalog.sh jars | read | oracle | start: fetches the jars with Maven into the cache folder; prints their options, a version
# at a time; asks each version's own code and writes what it said into the testdata of internal/flink; or runs a job for each
# option with a value that does not parse, and writes with which it does not run (some ten minutes).
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

ask() { # ask VERSION QUESTION FIRST FILE: FIRST opens the file, the versions after it must say the same
  local classes=$cache/oracle-$1 answer=$cache/answer.tsv
  mkdir -p "$classes"
  javac -nowarn -d "$classes" -cp "$cache/$1/*" "$here/Oracle.java" 2> /dev/null
  java -cp "$classes:$cache/$1/*" Oracle "$2" 2> /dev/null > "$answer"
  if [ "$1" = "$3" ]; then cp "$answer" "$4"; fi
  cmp "$answer" "$4"
}

oracle() {
  local version memory values data
  data=$(cd "$here/../../flink" && pwd)
  while read -r version _; do
    case $version in 1.*) memory=1.17 values=1.17 ;; 2.0.*) memory=2.0 values=2.0 ;; *) memory=2.0 values=2.1 ;; esac
    ask "$version" memory "$(first "$memory")" "$data/memory/testdata/flink-$memory.tsv"
    ask "$version" values "$(first "$values")" "$data/catalog/testdata/values-$values.tsv"
  done < <(rows)
}

start() { # the keys that fail in each of the versions that have them
  local version options=$cache/options.tsv
  : > "$cache/start.tsv"
  rows | while read -r version _; do
    case $version in 1.20.* | 2.2.*) ;; *) continue ;; esac
    mkdir -p "$cache/start-$version"
    javac -nowarn -d "$cache/start-$version" -cp "$cache/$version/*" "$here/Start.java" 2> /dev/null
    options "$version" "${version%.*}" '.*' > "$options"
    java -Xmx700m --add-opens=java.base/java.util=ALL-UNNAMED --add-opens=java.base/java.lang=ALL-UNNAMED \
      -cp "$cache/start-$version:$cache/$version/*" Start "${version%.*}" "$options" < /dev/null 2>> "$cache/skipped.log" |
      sed "s/^/${version%.*}\t/" >> "$cache/start.tsv"
    cut -f2 "$options" | sort -u > "$cache/has-${version%.*}"
  done
  cut -f2 "$cache/start.tsv" | sort -u | while read -r key; do
    for version in 1.20 2.2; do
      if grep -qxF "$key" "$cache/has-$version" && ! grep -qxF "$version"$'\t'"$key" "$cache/start.tsv"; then continue 2; fi
    done
    echo "$key"
  done > "$here/../../flink/catalog/start.txt"
}

first() { rows | sed -n "s/^\($1\.[0-9]*\)\t.*/\1/p"; }

case ${1:-} in
  jars) jars ;;
  read)
    jars
    : > "$cache/skipped.log"
    while read -r version _; do options "$version" "${version%.*}" '.*'; done < <(rows)
    options operator operator 'org/apache/flink/(kubernetes/operator|autoscaler)/.*'
    grep -v '^#' "$here/extra.tsv"
    ;;
  oracle)
    jars
    oracle
    ;;
  start)
    jars
    start
    ;;
  *) echo "usage: catalog.sh jars|read|oracle|start" >&2; exit 2 ;;
esac
