#!/bin/sh
# Times products of few rows in OpenBLAS and two libraries made for them; needs libxsmm-dev and
# libdnnl-dev. The table stands in Sources/Ground/LinearAlgebra/README.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
program=$(mktemp)
trap 'rm -f "$program"' EXIT
c++ -O2 -std=c++17 -o "$program" "$here/few_rows.cpp" $(pkg-config --cflags openblas) -lxsmm -lxsmmext -lxsmmnoblas -ldnnl -lopenblas -lgomp -ldl -lpthread
OMP_NUM_THREADS=1 "$program"
