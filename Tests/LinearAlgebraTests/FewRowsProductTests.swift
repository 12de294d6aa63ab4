import COpenBLAS
import LinearAlgebra
import Testing

/// Products of few rows, which have kernels of their own, beside sums in float64.
///
/// The kernel is called by name, on any processor; where the program is compiled for AVX-512 it must
/// also be the one that `multiply` takes. Elements are below 1/2, so each of k products is rounded at 2^-26 at most; blocks of 512 bound how
/// many roundings one sum sees.
@Test(
  arguments: [
    (4, 64, 512), (5, 96, 576), (16, 576, 192), (17, 1000, 577), (64, 960, 576), (65, 576, 1536),
    (100, 1536, 576), (127, 208, 800), (192, 128, 1100), (48, 3072, 64), (64, 1040, 130),
  ], [0, 1] as [Float])
func productsOfFewRows(shape: (m: Int, n: Int, k: Int), beta: Float) {
  let (m, n, k) = shape
  let x = filled(m, k, 7919)
  for transposition in [Transposition.none, .transposed] where takes(n, transposition) {
    let weight = transposition == .none ? filled(k, n, 104_729) : filled(n, k, 104_729)
    var result = filled(m, n, 31)
    let before = result.elements
    var product = result.copy()
    let whole = result.wholeBlock
    var block = result.mutableBlock(whole)
    block.multiply(
      with: .fewRows, x, x.wholeBlock, by: weight, weight.wholeBlock, transposition, beta: beta)
    let fastest = ProductKernel.fastest(m, n, k, .none, transposition, alpha: 1, beta: beta)
    #expect(fastest == (compiled_for_avx512() ? .fewRows : .openBLAS))
    product.multiply(x, by: weight, transposition, beta: beta)
    #expect(fastest == .openBLAS || product.elements == result.elements)
    var worst = 0.0
    for row in 0..<m {
      for column in 0..<n {
        var sum = Double(beta) * Double(before[row * n + column])
        for inner in 0..<k {
          let w = transposition == .none ? weight[inner, column] : weight[column, inner]
          sum += Double(x[row, inner]) * Double(w)
        }
        worst = max(worst, abs(Double(result[row, column]) - sum))
      }
    }
    #expect(worst < 512 * 0x1p-24)
  }
}

/// A block in the middle of larger matrices, and nothing beside it.
@Test func productsOfFewRowsStayInTheirBlock() {
  let x = filled(30, 300, 7919)
  let weight = filled(400, 300, 104_729)
  var result = Matrix(rows: 30, columns: 500, elements: [Float](repeating: 7, count: 15_000))
  var block = result.mutableBlock(Block(rows: 2..<22, columns: 100..<400))
  block.multiply(
    with: .fewRows, x, Block(rows: 3..<23, columns: 10..<210), by: weight,
    Block(rows: 5..<305, columns: 50..<250), .transposed)
  for row in 0..<30 {
    for column in 0..<500 {
      guard (2..<22).contains(row), (100..<400).contains(column) else {
        #expect(result[row, column] == 7)
        continue
      }
      var sum = 0.0
      for inner in 0..<200 {
        sum += Double(x[row + 1, inner + 10]) * Double(weight[column - 95, inner + 50])
      }
      #expect(abs(Double(result[row, column]) - sum) < 200 * 0x1p-24)
    }
  }
}

/// What the kernel is not made for goes to OpenBLAS.
@Test func otherProductsGoToOpenBLAS() {
  func kernel(
    _ m: Int, _ n: Int, _ k: Int, _ a: Transposition = .none, _ b: Transposition = .transposed,
    alpha: Float = 1, beta: Float = 0
  ) -> ProductKernel {
    .fastest(m, n, k, a, b, alpha: alpha, beta: beta)
  }
  #expect(kernel(3, 576, 576) == .openBLAS)
  #expect(kernel(193, 576, 576) == .openBLAS)
  #expect(kernel(64, 48, 4096) == .openBLAS)
  #expect(kernel(64, 576, 32) == .openBLAS)
  #expect(kernel(64, 576, 576, .transposed) == .openBLAS)
  #expect(kernel(64, 1000, 576, .none, .none) == .openBLAS)
  #expect(kernel(64, 576, 576, alpha: 2) == .openBLAS)
  #expect(kernel(64, 576, 576, beta: 0.5) == .openBLAS)
}

private func takes(_ n: Int, _ transposition: Transposition) -> Bool {
  transposition == .transposed || n % 16 == 0
}

private func filled(_ rows: Int, _ columns: Int, _ step: Int) -> Matrix {
  Matrix(
    rows: rows, columns: columns,
    elements: (0..<(rows * columns)).map { Float($0 * step % 10_007) / 10_007 - 0.5 })
}
