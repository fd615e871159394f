#!/usr/bin/env bash
# Runs every check there is and prints the seconds of each stage. Nothing is skipped: what cannot run fails.
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

stage "format" cargo fmt --check
stage "clippy" cargo clippy --locked --quiet --all-targets -- -D warnings
# One profile for the binary and all tests, the one that `cargo run --release` uses.
stage "build" cargo test --locked --quiet --release --no-run
stage "tests" cargo test --locked --release
stage "docs" env RUSTDOCFLAGS="-D warnings" cargo doc --locked --quiet --no-deps
echo "all stages: $((SECONDS - started)) s"
