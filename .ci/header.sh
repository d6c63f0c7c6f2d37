#!/bin/sh
# sipmasq: unpacks itself once into a folder of the caller's own, and runs from there.
set -u
umask 077
# An empty environment has none: the shell finds programs all the same, what it starts would not.
export PATH="${PATH:-/usr/sbin:/usr/bin:/sbin:/bin}"
sum=@SUM@
problems=

# Notes why a folder will not do.
reject() {
  problems="$problems
  $1: $2"
  return 1
}

# True when the folder belongs to the caller alone: what lies in it is going to be run.
is_own() {
  [ -d "$1" ] && [ ! -L "$1" ] || { reject "$1" "cannot be made, or is no folder"; return; }
  [ -O "$1" ] || { reject "$1" "belongs to somebody else"; return; }
  [ "$(stat -c %a "$1")" = 700 ] || { reject "$1" "others may enter it; chmod 700 it"; return; }
}

is_complete() {
  [ -s "$1/$sum/sipmasq.mjs" ] && [ -s "$1/$sum/sipmasq" ]
}

# Unpacks under a temporary name and moves it: of two that start at once each finds a whole folder.
unpack() {
  new=$(mktemp -d "$1/.new.XXXXXX" 2>/dev/null) || { reject "$1" "cannot be written to"; return; }
  trap 'rm -rf "$new"' EXIT
  trap 'exit 1' HUP INT TERM
  if [ "$(tail -n +@LINES@ "$0" | sha256sum | cut -d ' ' -f 1)" != "$sum" ]; then
    echo "Cannot start: $0 is damaged, its SHA-256 is not $sum; build or copy it again" >&2
    exit 1
  fi
  # Written out before it gets its name: a power cut must not leave an empty file that looks whole.
  if tail -n +@LINES@ "$0" | gzip -dc | tar -xf - -C "$new" 2>/dev/null &&
    { sync "$new/sipmasq" "$new/sipmasq.mjs" 2>/dev/null || sync; }; then
    is_complete "$1" || mv -T "$new" "$1/$sum" 2>/dev/null
  fi
  rm -rf "$new"
  trap - EXIT HUP INT TERM
  is_complete "$1" || { reject "$1" "unpacking failed; it needs @SIZE@ MB"; return; }
  sweep "$1"
}

# Other builds, and what was left half unpacked long ago.
sweep() {
  for old in "$1"/*; do
    name=${old##*/}
    [ "${#name}" -eq 64 ] && [ "$name" != "$sum" ] && rm -rf "$old"
  done
  find "$1" -mindepth 1 -maxdepth 1 -name '.new.*' -mmin +60 -exec rm -rf {} + 2>/dev/null
  return 0
}

# Makes one folder ready to run from. The folders above it get the usual mode.
prepare() {
  (umask 022 && mkdir -p "${1%/*}") 2>/dev/null
  [ -e "$1" ] || mkdir "$1" 2>/dev/null
  is_own "$1" || return
  is_complete "$1" || unpack "$1" || return
  [ -x "$1/$sum/sipmasq" ] || reject "$1" "programs may not run from there (noexec)"
}

# Never /tmp: others may write there.
candidates() {
  [ "$(id -u)" != 0 ] || echo /var/lib/sipmasq/runtime
  home=${HOME:-$(getent passwd "$(id -u)" | cut -d : -f 6)}
  for base in "${XDG_CACHE_HOME:-${home:+$home/.cache}}" "${XDG_RUNTIME_DIR:-}"; do
    case $base in /?*) echo "$base/sipmasq" ;; esac
  done
}

if [ "$(uname -m)" != @MACHINE@ ]; then
  echo "Cannot start: this file is for @MACHINE@, the machine is $(uname -m); build it there" >&2
  exit 1
fi
# Deno opens its debugger on SIGUSR1 unless that is blocked, and some shells unblock what they were started with.
block="env --block-signal=USR1"
$block true 2>/dev/null || block=
oldIFS=$IFS
IFS='
'
for folder in $(candidates); do
  IFS=$oldIFS
  prepare "$folder" || continue
  export DENO_NO_UPDATE_CHECK=1 DENO_DIR="$folder/$sum/cache"
  exec $block "$folder/$sum/sipmasq" run --quiet --no-config --no-lock --cached-only --unstable-net --unstable-kv \
    @PERMISSIONS@ "$folder/$sum/sipmasq.mjs" "$@"
done
echo "Cannot start: no folder to unpack to; set XDG_CACHE_HOME to one of your own. Tried:$problems" >&2
exit 1
