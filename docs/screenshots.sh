#!/usr/bin/env bash
# Makes the pictures of the README from the demo data: builds, serves, and takes them with Debian's chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --locked --release
folder=$(mktemp -d)
address=127.0.0.1:18099
target/release/redtrail serve --demo --listen "$address" --data-dir "$folder/data" >"$folder/out" 2>"$folder/err" &
server=$!
trap 'kill $server; wait $server 2>/dev/null || true; rm -rf "$folder"' EXIT
until grep -q "listening" "$folder/out"; do sleep 0.1; done

# The first failed record of a list.
failed() {
  curl -sS "http://$address/$1?state=failed" | grep -oE "href=\"/$1/[0-9a-f-]{30,}\"" | head -n 1 | cut -d'"' -f2
}

# picture NAME PATH WIDTH,HEIGHT light|dark
picture() {
  local dark=()
  [ "$4" = light ] || dark=(--blink-settings=preferredColorScheme=0)
  chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$folder/chromium" --hide-scrollbars \
    --window-size="$3" "${dark[@]}" --screenshot="docs/screenshots/$1.png" "http://$address$2" >/dev/null 2>&1
}
picture api-request-light "$(failed api-requests)" 1280,900 light
picture flow-run-dark "$(failed flow-runs)" 1280,900 dark
