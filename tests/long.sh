#!/usr/bin/env bash
# The long runs: many more generated cases and kills than tests/run.sh takes, and a fuzzer on everything that decodes.
# The last result is in docs/PERFORMANCE.md.
#
#   PROPTEST_CASES   generated cases a property     (20000)
#   REDTRAIL_KILLS   kill -9 of the real binary     (60)
#   FUZZ_SECONDS     seconds for each fuzzer        (600)
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TERM_COLOR=never PROPTEST_CASES="${PROPTEST_CASES:-20000}" REDTRAIL_KILLS="${REDTRAIL_KILLS:-60}"

echo "== tests with $PROPTEST_CASES cases a property and $REDTRAIL_KILLS kills"
cargo test --locked --release

echo "== fuzzers, ${FUZZ_SECONDS:-600} s each"
cd tests/fuzz
# What the fuzzer's runtime needs of the compiler; all of it is in the stable toolchain.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing"
host=$(rustc -vV | awk '/^host:/ {print $2}')
cargo build --release --target "$host"
for target in ingest stored; do
  mkdir -p "corpus/$target"
  cp -n seeds/* "corpus/$target/" 2>/dev/null || true
  "target/$host/release/$target" -max_total_time="${FUZZ_SECONDS:-600}" -rss_limit_mb=2048 -max_len=65536 \
    -print_final_stats=1 "corpus/$target"
done
