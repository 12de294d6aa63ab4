import LinearAlgebra

/// The weight of one site: `y = x Wᵀ + b`, plus low-rank updates of its modules.
public final class LinearWeight {
  /// W, [outputs × inputs], the modules of the site one below the other.
  public var matrix: Matrix
  /// b, [1 × outputs], or empty without a bias.
  public var bias: Matrix
  /// Updates that are not part of `matrix`, each with the rows that it changes.
  public var updates: [(rows: Range<Int>, update: LowRankMatrix)] = []

  /// Makes room for the weight of a site.
  init(_ configuration: ModelConfiguration, _ site: LinearSite) {
    let modules = configuration.linearModules(ofLayer: 0).filter { $0.site == site }
    let outputs = modules.map(\.outFeatures).reduce(0, +)
    let hasBias = configuration.hasBias(site)
    matrix = Matrix(uninitializedRows: outputs, columns: modules[0].inFeatures)
    bias = Matrix(rows: hasBias ? 1 : 0, columns: hasBias ? outputs : 0)
  }

  /// Adds a change to some rows of W for good.
  ///
  /// - Parameters:
  ///   - change: [rows × inputs].
  ///   - rows: The module's rows.
  public func merge(_ change: LowRankMatrix, rows: Range<Int>) {
    matrix.multiply(
      change.left, change.left.wholeBlock, by: change.right, change.right.wholeBlock,
      into: Block(rows: rows, columns: 0..<matrix.columns), alpha: change.scale, beta: 1)
  }

  /// Overwrites `output` with `input Wᵀ + b` and the updates' share, or adds them to it.
  ///
  /// - Parameters:
  ///   - input: X, [tokens × inputs].
  ///   - output: Y, [tokens × outputs].
  ///   - adding: Whether to add to what is there.
  func forward(_ input: borrowing Matrix, into output: inout Matrix, adding: Bool = false) {
    output.multiply(input, by: matrix, .transposed, beta: adding ? 1 : 0)
    if bias.count > 0 { output.addToEachRow(bias) }
    for (rows, update) in updates { update.forward(input, into: &output, columns: rows) }
  }

  /// Overwrites `inputGradient` with `dY W` and the updates' share.
  ///
  /// Rows of dY that are zero are left out: in the last block only answer tokens have any gradient
  /// behind the attention.
  ///
  /// - Parameters:
  ///   - outputGradient: dY, [tokens × outputs].
  ///   - inputGradient: dX, [tokens × inputs].
  func backward(_ outputGradient: borrowing Matrix, into inputGradient: inout Matrix) {
    // The first token carries loss least of all: where it has a gradient, others are not looked at.
    guard outputGradient.isZero(row: 0) else {
      return backwardOfAllRows(outputGradient, into: &inputGradient)
    }
    let rows = outputGradient.nonzeroRows
    var part = Matrix(uninitializedRows: rows.count, columns: inputGradient.columns)
    backwardOfAllRows(outputGradient.gatheringRows(rows), into: &part)
    inputGradient.setZero()
    for (index, row) in rows.enumerated() { inputGradient.setRow(row, to: part.row(index)) }
  }

  private func backwardOfAllRows(
    _ outputGradient: borrowing Matrix, into inputGradient: inout Matrix
  ) {
    inputGradient.multiply(outputGradient, by: matrix)
    for (rows, update) in updates {
      update.backward(outputGradient, columns: rows, into: &inputGradient)
    }
  }
}
