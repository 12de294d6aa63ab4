// Products of few rows with a large weight, Y = X W^T, in OpenBLAS, libxsmm and oneDNN: the smallest of
// several times each, one thread, the weight not in a cache (weights of 200 MB in turn, as in a pass).
//
//   build and run: run.sh
#include <cblas.h>
#include <libxsmm.h>
#include <oneapi/dnnl/dnnl.hpp>

#include <chrono>
#include <cstdio>
#include <functional>
#include <random>
#include <vector>

static double smallest(int repetitions, const std::function<void(int)> &body) {
  double best = 1e9;
  for (int repetition = 0; repetition < repetitions; repetition++) {
    auto start = std::chrono::steady_clock::now();
    body(repetition);
    std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    best = std::min(best, elapsed.count());
  }
  return best;
}

static void measure(int m, int n, int k) {
  int copies = std::max(1, int(200e6 / (4.0 * n * k)));
  std::vector<float> x(size_t(m) * k), y(size_t(m) * n), w(size_t(copies) * n * k);
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  for (auto &value : x) value = normal(random);
  for (auto &value : w) value = normal(random);
  int repetitions = std::max(4, int(40e9 / (2.0 * m * n * k)));
  auto weight = [&](int repetition) { return w.data() + size_t(repetition % copies) * n * k; };

  double openblas = smallest(repetitions, [&](int r) {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, x.data(), k, weight(r), k, 0, y.data(), n);
  });

  // libxsmm is column-major, and its just-in-time kernels take no transposed first operand of this
  // size: libxsmm_sgemm does what its authors recommend for any shape.
  double xsmm = smallest(repetitions, [&](int r) {
    float alpha = 1, beta = 0;
    libxsmm_blasint lm = n, ln = m, lk = k;
    libxsmm_sgemm("T", "N", &lm, &ln, &lk, &alpha, weight(r), &lk, x.data(), &lk, &beta, y.data(), &lm);
  });

  double onednn = smallest(repetitions, [&](int r) {
    dnnl_sgemm('N', 'T', m, n, k, 1, x.data(), k, weight(r), k, 0, y.data(), n);
  });

  double operations = 2.0 * m * n * k / 1e9;
  printf("| %d x %d x %d | %.1f | %.1f | %.1f |\n", m, n, k, operations / openblas, operations / xsmm,
         operations / onednn);
  fflush(stdout);
}

int main() {
  openblas_set_num_threads(1);
  libxsmm_init();
  printf("OpenBLAS kernels: %s\n\n| m x n x k | OpenBLAS, Gflop/s | libxsmm, Gflop/s | oneDNN, Gflop/s |\n|---|---|---|---|\n",
         openblas_get_corename());
  for (int m : {16, 64, 128})
    for (auto [n, k] : {std::pair{576, 576}, {1536, 576}, {4096, 4096}, {11008, 4096}}) measure(m, n, k);
}
