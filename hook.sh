#!/bin/sh
# The plugin's install and update hook: puts a helm-flink of plugin.yaml's version at bin/helm-flink, with the program
# helm-flink-capacity beside it, or fails and leaves everything as it was. The ways, in this order:
#   1. the binary that is there already (a release archive brings it, a working copy may have built it);
#   2. the release archive from HELM_FLINK_DOWNLOAD_URL, after its sha256 was checked;
#   3. a build with `go build`, when there is no archive. HELM_FLINK_BUILD=1 asks for it: then it comes before 2, and on
#      update before 1.
# A wrong or missing checksum ends the hook: it is never a reason to try another way.
# Usage: sh hook.sh install|update. All messages go to stderr.
set -eu

say() { printf 'helm-flink: %s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# on_exit removes the work folder, and a bin folder in which nothing was put.
on_exit() {
  [ -z "$tmp" ] || rm -rf "$tmp"
  rmdir "$dir/bin" 2>/dev/null || :
}

# is_current FILE: FILE runs, and the first line of its `version` names this plugin's version as a word of its own.
is_current() {
  [ -f "$1" ] && [ -x "$1" ] || return 1
  answer=$("$1" version 2>/dev/null </dev/null) || return 1
  printf '%s\n' "$answer" | sed -n 1p | tr -c '0-9A-Za-z.+-' '\n' | grep -qxF -e "$version" -e "v$version"
}

# place FOLDER: makes the two programs in FOLDER the plugin's. All is on one file system, so that there is no moment with
# half a file; the program that the version is asked of comes last.
place() {
  chmod 0755 "$1/helm-flink" "$1/$helper"
  is_current "$1/helm-flink" || die "the new binary does not run here, or its version is not $version: nothing was installed"
  mv -f "$1/$helper" "$dir/bin/$helper" || die "cannot write $dir/bin/$helper"
  mv -f "$1/helm-flink" "$binary" || die "cannot write $binary"
}

# platform prints <os>_<arch> as the archives' names have it; 1 when there is no archive for this machine.
platform() {
  case $(uname -s) in
    Linux) os=linux ;;
    Darwin) os=darwin ;;
    *) return 1 ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) arch=amd64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) return 1 ;;
  esac
  printf '%s_%s\n' "$os" "$arch"
}

# fetch URL FILE: 0 fetched; 2 the server says that there is no such file; 3 no server was reached, or there is no tool to
# reach it; 1 anything else. $why tells what happened.
fetch() {
  if have curl; then
    fetch_curl "$1" "$2"
  elif have wget; then
    fetch_wget "$1" "$2"
  else
    why="neither curl nor wget is installed"
    return 3
  fi
}

fetch_curl() {
  case $1 in
    https:*) protocols='=https' ;; # a redirect must not leave TLS
    *) protocols='=http,https' ;;
  esac
  rc=0
  code=$(curl --silent --show-error --location --proto "$protocols" --connect-timeout 15 --max-time 300 \
    --output "$2" --write-out '%{http_code}' "$1" 2>"$tmp/log") || rc=$?
  why="$1: HTTP $code"
  case $rc:$code in
    0:200) return 0 ;;
    0:404 | 0:410) return 2 ;;
    0:*) return 1 ;;
  esac
  why="$1: $(tail -n 1 "$tmp/log")"
  case $rc:$code in # resolve, connect, time-out, TLS handshake, empty answer, connection lost: before any answer came
    5:000 | 6:000 | 7:000 | 28:000 | 35:000 | 52:000 | 55:000 | 56:000) return 3 ;;
  esac
  return 1
}

fetch_wget() {
  url=$1 file=$2
  shift 2
  case $(wget --version 2>/dev/null) in
    *GNU*) set -- -T 30 -t 2 ;; # BusyBox has a time-out of its own, and 1.35 crashes on -T
  esac
  LC_ALL=C wget "$@" -O "$file" "$url" 2>"$tmp/log" && return 0
  why="$url: $(grep -v '^ *$' "$tmp/log" | tail -n 1)"
  case $(cat "$tmp/log") in
    *' 404 '* | *' 404:'* | *' 410 '* | *' 410:'*) return 2 ;;
    *'unable to resolve'* | *'bad address'* | *"can't connect"* | *'refused'* | *'timed out'* | *'unreachable'*) return 3 ;;
  esac
  return 1
}

# sum_of FILE prints FILE's sha256 in lower case; 1 when no tool can tell it.
sum_of() {
  if have sha256sum; then
    sha256sum "$1" | cut -d ' ' -f 1
  elif have shasum; then
    shasum -a 256 "$1" | cut -d ' ' -f 1
  else
    return 1
  fi
}

# verify: the archive in $tmp has the sum that the release's list names, exactly once.
verify() {
  list=helm-flink_${version}_checksums.txt
  if ! fetch "$base/$list" "$tmp/$list"; then
    die "no checksum for $archive ($why): not installed. HELM_FLINK_BUILD=1 builds from source instead"
  fi
  want=$(tr -d '\r' <"$tmp/$list" | awk -v name="$archive" '{ file = $2; sub(/^\*/, "", file) } file == name { print $1 }' |
    tr 'A-F' 'a-f')
  case $want in
    *[!0-9a-f]* | '') die "$list has no single sha256 of $archive: not installed" ;;
  esac
  [ ${#want} -eq 64 ] || die "$list has no sha256 of $archive: not installed"
  got=$(sum_of "$tmp/$archive") || die "cannot check $archive: neither sha256sum nor shasum is installed"
  [ "$want" = "$got" ] || die "$archive does not have the sha256 that $list names: not installed (want $want, got $got)"
}

# download: 0 installed; 1 there is no archive to be had. Whatever else goes wrong ends the hook.
download() {
  if ! target=$(platform); then
    say "there is no release archive for $(uname -s) on $(uname -m)"
    return 1
  fi
  archive=helm-flink_${version}_$target.tgz
  say "fetching $base/$archive"
  status=0
  fetch "$base/$archive" "$tmp/$archive" || status=$?
  case $status in
    0) ;;
    2 | 3)
      say "no release archive: $why"
      return 1
      ;;
    *) die "cannot fetch the release archive: $why. HELM_FLINK_BUILD=1 builds from source instead" ;;
  esac
  verify
  for program in helm-flink "$helper"; do
    tar -xzf "$tmp/$archive" -C "$tmp" "bin/$program" || die "$archive holds no bin/$program"
    [ ! -L "$tmp/bin/$program" ] || die "bin/$program in $archive is a link, not a file"
  done
  place "$tmp/bin"
  say "installed $version from the release archive, its sha256 is right"
}

# build: from the source in this folder. Whatever goes wrong ends the hook.
build() {
  again="HELM_FLINK_BUILD=1 sh \"$dir/hook.sh\" install"
  if [ ! -f "$dir/go.mod" ] || [ ! -d "$dir/cmd/helm-flink" ]; then
    die "$dir holds no source to build from. Put the binary of release $version at $binary"
  fi
  needs=$(sed -n 's/^go //p' "$dir/go.mod")
  have go || die "building needs Go $needs or newer, and no go is on PATH. Install it (https://go.dev/dl), then run:" \
    "$again. Or put the binary of release $version at $binary"
  say "building $version from source with $(go version 2>/dev/null || echo go)"
  (cd -- "$dir" && GOWORK=off go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=$version" \
    -o "$tmp/bin/" ./cmd/helm-flink ./cmd/$helper) >&2 || die "go build did not succeed (it needs Go $needs or newer). To try again: $again"
  place "$tmp/bin"
  say "installed $version, built from source"
}

event=${1:-install}
case $event in
  install | update) ;;
  *) die "usage: hook.sh install|update" ;;
esac
case $(uname -s) in
  MINGW* | MSYS* | CYGWIN*) die "on Windows run: pwsh -File hook.ps1 $event" ;;
esac
umask 022
dir=$(CDPATH='' cd -P -- "${HELM_PLUGIN_DIR:-$(dirname -- "$0")}" && pwd)
binary=$dir/bin/helm-flink
helper=helm-flink-capacity
version=$(tr -d '\r' <"$dir/plugin.yaml" | sed -n 's/^version: *"\{0,1\}\([0-9A-Za-z.+-]*\)"\{0,1\} *$/\1/p')
[ -n "$version" ] || die "$dir/plugin.yaml names no version"
base=${HELM_FLINK_DOWNLOAD_URL:-https://github.com/helm-flink/helm-flink/releases/download/v$version}
base=${base%/}
case ${HELM_FLINK_BUILD:-} in
  '' | 0 | false | no) asked='' ;;
  *) asked=yes ;;
esac

if [ "$event$asked" != updateyes ] && is_current "$binary"; then
  say "bin/helm-flink $version is here already, nothing to do"
  exit 0
fi
[ ! -f "$binary" ] || say "replacing the bin/helm-flink that is here"

tmp=''
trap on_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$dir/bin"
tmp=$(mktemp -d "$dir/bin/.install.XXXXXX")
mkdir "$tmp/bin"

if [ -n "$asked" ]; then
  build
elif ! download; then
  say "building from source instead"
  build
fi
