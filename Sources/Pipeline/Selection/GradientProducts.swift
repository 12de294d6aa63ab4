import LinearAlgebra
import Tokens
import Transformer

/// The inner products of the gradients of examples, all modules as one vector, from a backward pass that the
/// examples share.
///
///     <G_i, G_j> = sum over modules of sum (D_i D_jᵀ) ∘ (X_i X_jᵀ)
///
/// No gradient is formed and no factor is kept: what a layer hands over is multiplied at once. Products of
/// rows are in float32, their sums in float64. Memory: two blocks of at most 512 x 512 tokens, or of one
/// example's that is longer. Work: T² (in + out) operations a module for T tokens in all.
final class GradientProducts: GradientObserver {
  /// Tokens of the examples that are multiplied at once.
  static let tokensAtOnce = 512

  private let modules: [Int: [LinearModule]]
  private var rows: [Range<Int>] = []
  /// Examples whose tokens are taken together.
  private var blocks: [Range<Int>] = []
  /// [examples x examples]; only entries with row <= column are summed.
  private var sums: [[Double]] = []

  /// Creates an observer of one pass.
  ///
  /// - Parameter modules: Whose gradients count.
  init(_ modules: [LinearModule]) { self.modules = Dictionary(grouping: modules, by: \.layer) }

  /// The inner products of all pairs of examples.
  var products: [[Double]] {
    sums.indices.map { row in
      sums.indices.map { sums[min(row, $0)][max(row, $0)] }
    }
  }

  func begin(_ examples: [Example], rows: [Range<Int>]) {
    self.rows = rows
    blocks = MemoryPlan(
      weights: .resident, recomputesActivations: false, tokensPerPass: Self.tokensAtOnce
    ).passes(over: rows.map(\.count))
    sums = Array(repeating: Array(repeating: 0, count: rows.count), count: rows.count)
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    let parts = (modules[layer] ?? []).filter { $0.site == site }
    if parts.isEmpty { return }
    for (index, block) in blocks.enumerated() {
      for other in blocks[index...] {
        let inputs = products(of: input, block, other, columns: 0..<input.columns)
        for module in parts {
          let outputs = products(of: outputGradient, block, other, columns: module.rows)
          add(inputs, outputs, block, other)
        }
      }
    }
  }

  /// The inner product of each token's row of some examples with each of others.
  private func products(
    of matrix: borrowing Matrix, _ block: Range<Int>, _ other: Range<Int>, columns: Range<Int>
  ) -> Matrix {
    let (first, second) = (tokens(of: block), tokens(of: other))
    var result = Matrix(uninitializedRows: first.count, columns: second.count)
    let whole = result.wholeBlock
    result.multiply(
      matrix, Block(rows: first, columns: columns), by: matrix,
      Block(rows: second, columns: columns), .transposed, into: whole)
    return result
  }

  private func tokens(of block: Range<Int>) -> Range<Int> {
    rows[block.lowerBound].lowerBound..<rows[block.upperBound - 1].upperBound
  }

  /// Adds the sum of the entrywise product of two matrices to the entries of their pairs of examples.
  private func add(
    _ inputs: borrowing Matrix, _ outputs: borrowing Matrix, _ block: Range<Int>,
    _ other: Range<Int>
  ) {
    let (first, second) = (tokens(of: block).lowerBound, tokens(of: other).lowerBound)
    for one in block {
      for row in rows[one] {
        let (x, d) = (inputs.row(row - first), outputs.row(row - first))
        for two in max(one, other.lowerBound)..<max(one, other.upperBound) {
          let columns = (rows[two].lowerBound - second)..<(rows[two].upperBound - second)
          sums[one][two] += sum(x.extracting(columns), d.extracting(columns)) { $0 * $1 }
        }
      }
    }
  }
}

extension LanguageModel {
  /// The losses of examples and the inner products of their gradients.
  ///
  /// - Parameters:
  ///   - examples: They share one pass.
  ///   - modules: Whose gradients count, all as one vector.
  ///   - didLayer: Called after each layer, forward and backward.
  /// - Returns: The mean loss of each example in nats, and one product for each pair of them.
  /// - Throws: `ModelError`, `SelectionError.nonFinite`.
  public func gradientProducts(
    of examples: [Example], modules: [LinearModule], didLayer: @escaping () -> Void = {}
  ) throws -> (losses: [Double], products: [[Double]]) {
    let observer = GradientProducts(modules)
    let losses = try backpropagate(
      examples, weights: examples.map { _ in 1 }, observer: observer, didLayer: didLayer)
    let products = observer.products
    for (example, row) in zip(examples, products) where !row.allSatisfy(\.isFinite) {
      throw SelectionError.nonFinite(example: example.id)
    }
    return (losses, products)
  }
}

extension Workload {
  /// The inner products of the gradients of sequences, which share one pass however many tokens they have.
  ///
  /// - Parameter lengths: Tokens of each.
  /// - Returns: The workload.
  public static func gradientProducts(_ lengths: [Int]) -> Workload {
    var workload = Workload.gradients(lengths)
    let longest = lengths.max() ?? 0
    workload.longestSequence = workload.totalTokens
    let side = Double(max(longest, GradientProducts.tokensAtOnce))
    workload.stateByteCount = 8 * side * side + 8 * Double(lengths.count * lengths.count)
    return workload
  }
}
