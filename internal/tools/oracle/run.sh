#!/usr/bin/env bash
# Asks the operator's own validator about every case of testdata/oracle/cases.yaml
# and writes its answers beside it. Needs Java 17 or newer, Maven and Maven Central.
set -euo pipefail
cd "$(dirname "$0")"
data=../../verify/rules/testdata/oracle
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The validator of 1.15 and newer looks the host of a jarURI up; no name server is asked.
printf "192.0.2.1 artifacts.example.com\n127.0.0.1 localhost\n" > "$work/hosts"
for version in 1.16 1.7; do
  mvn -q -B "-Pv$version" dependency:build-classpath "-Dmdep.outputFile=$work/classpath"
  classpath=$(cat "$work/classpath")
  sources=(src/main/java/dev/helmflink/Oracle.java)
  if [ "$version" = 1.16 ]; then
    sources+=(src/standin/java/org/apache/flink/autoscaler/validation/AutoscalerValidator.java)
  fi
  mkdir -p "$work/$version"
  javac -nowarn -proc:none -cp "$classpath" -d "$work/$version" "${sources[@]}"
  java -Djdk.net.hosts.file="$work/hosts" -cp "$work/$version:$classpath" \
    dev.helmflink.Oracle "$data/cases.yaml" "$data/operator-$version.tsv"
done
