#!/bin/sh
# Makes .venv-draw, a private Python environment that draws Vega-Lite figures without a browser.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
target=$root/.venv-draw
requirements=$root/experiments/fetch/drawing-requirements.txt
fail() { printf 'drawing: %s\n' "$1" >&2; exit 66; }

if [ -f "$target/.ready" ] && cmp -s "$target/.ready" "$requirements"; then exit 0; fi
python3 -c 'import venv, ensurepip' 2>/dev/null ||
  fail "this Python cannot make environments (Debian: apt-get install python3-venv)"
rm -rf "$target"
python3 -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --retries 5 --timeout 60 \
  --only-binary :all: --require-hashes --requirement "$requirements" ||
  fail "vl-convert-python could not be installed; run this again"
cp "$requirements" "$target/.ready"
