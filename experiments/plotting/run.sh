#!/usr/bin/env bash
# Runs the examples of reading sweeps and spectra on the small results beside them, and checks that pandas, R
# and gnuplot found the same numbers and drew something.
#
# usage: run.sh OUTPUT
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
output=${1:?usage: run.sh OUTPUT}
mkdir -p "$output"

missing=()
command -v Rscript >/dev/null || missing+=(r-base-core)
command -v gnuplot >/dev/null || missing+=(gnuplot-nox)
if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
    echo "error: install these Debian packages, or what your system calls them: ${missing[*]}" >&2
    exit 66
  fi
  export DEBIAN_FRONTEND=noninteractive
  install() { apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }
  install 2>/dev/null || { apt-get update -qq && install; }
fi

"${SUTURE_PYTHON:-$root/.venv-test/bin/python}" "$here/plot.py" "$here/data" "$output" >"$output/python.txt"
Rscript --vanilla "$here/plot.R" "$here/data" "$output" >"$output/r.txt"
gnuplot -c "$here/plot.gp" "$here/data" "$output" >"$output/gnuplot.txt"
for name in r gnuplot; do
  cmp "$output/python.txt" "$output/$name.txt" || { echo "error: $name.txt differs" >&2; exit 1; }
done

"${SUTURE_DRAWING_PYTHON:-$root/.venv-draw/bin/python}" - "$output" <<'PYTHON'
import pathlib, sys, vl_convert
for path in pathlib.Path(sys.argv[1]).glob("*.vl.json"):
    path.with_suffix("").with_suffix(".png").write_bytes(
        vl_convert.vegalite_to_png(path.read_text(), scale=2))
PYTHON
for name in sweep spectra r gnuplot; do
  # A picture without anything in it has a few kilobytes.
  [ "$(stat -c %s "$output/$name.png")" -gt 15000 ] || { echo "error: $name.png is empty" >&2; exit 1; }
done
cat "$output/python.txt"
echo "plotting: pandas, R and gnuplot agree; pictures are in $output"
