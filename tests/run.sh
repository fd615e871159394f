#!/usr/bin/env bash
# Installs what the tests need, runs every check there is and prints the seconds of each stage. Nothing is skipped:
# what cannot run fails.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never

started=$SECONDS
stage() {
  local name=$1 begun=$SECONDS
  shift
  echo "== $name"
  "$@"
  echo "== $name: $((SECONDS - begun)) s"
}

# Chromium and its driver for the browser tests, strace to make system calls fail, curl for the printed command, node
# and npm, from wherever they are, for the platform's own client.
tools() {
  local needed=() package
  for package in chromium chromium-driver fonts-dejavu-core strace curl; do
    dpkg -s "$package" >/dev/null 2>&1 || needed+=("$package")
  done
  command -v node >/dev/null || needed+=(nodejs)
  command -v npm >/dev/null || needed+=(npm)
  [ ${#needed[@]} -eq 0 ] && return
  local root=()
  [ "$(id -u)" = 0 ] || root=(sudo)
  "${root[@]}" apt-get update -q
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${needed[@]}"
}

# The platform's clients, as the lock file has them; nothing to do when they are there already.
clients() {
  local version
  version=$(node -p 'process.versions.node.split(".")[0]')
  [ "$version" -ge 18 ] || { echo "the platform's client needs node 18 or newer, this is node $version"; return 1; }
  [ tests/sdk/node_modules/.package-lock.json -nt tests/sdk/package-lock.json ] || npm ci --prefix tests/sdk
}

# What the released binary needs of the machine it runs on: only glibc, and no newer one than the README says.
linked() {
  local binary=target/release/redtrail wanted=2.35 needs newest
  needs=$(objdump -p "$binary" | awk '/NEEDED/ {print $2}' | grep -vE '^(libc|libm|ld-linux-.*)\.so' || true)
  [ -z "$needs" ] || { echo "the binary is linked to more than glibc: $needs"; return 1; }
  newest=$(objdump -T "$binary" | grep -oE 'GLIBC_[0-9.]+' | sed 's/GLIBC_//' | sort -Vu | tail -n 1)
  [ "$(printf '%s\n%s\n' "$newest" "$wanted" | sort -V | tail -n 1)" = "$wanted" ] ||
    { echo "the binary needs glibc $newest, the README says $wanted"; return 1; }
  echo "linked to glibc only, at least $newest"
}

stage "tools" tools
stage "clients" clients
stage "format" cargo fmt --check
stage "clippy" cargo clippy --locked --quiet --all-targets -- -D warnings
# One profile for the binary and all tests, the one that `cargo run --release` uses.
stage "build" cargo test --locked --quiet --release --no-run
stage "linked libraries" linked
stage "tests" cargo test --locked --release
stage "docs" env RUSTDOCFLAGS="-D warnings" cargo doc --locked --quiet --no-deps
echo "all stages: $((SECONDS - started)) s"
