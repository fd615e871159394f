#!/usr/bin/env bash
# The long runs: many more generated cases than tests/run.sh takes. The last result is in docs/PERFORMANCE.md.
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never PROPTEST_CASES="${PROPTEST_CASES:-50000}"
cargo test --locked --release
