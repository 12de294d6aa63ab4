import LinearAlgebra

/// The weight of one site: `y = x Wᵀ + b`, plus low-rank updates of its modules.
public final class LinearWeight {
  /// W, [outputs × inputs], the modules of the site one below the other.
  public let values: WeightMatrix
  /// b, [1 × outputs], or empty without a bias.
  public var bias: Matrix
  /// Updates that are not part of W, each with the rows that it changes.
  public var updates: [(rows: Range<Int>, update: LowRankMatrix)] = []

  /// W where it is in memory; empty where it is not.
  public var matrix: Matrix {
    _read { yield values.matrix }
    _modify { yield &values.matrix }
  }

  /// Reads the weight of a site, or sees to it that products can.
  ///
  /// - Parameters:
  ///   - site: Which of the four.
  ///   - layer: Layer, from 0.
  ///   - configuration: What the model computes.
  ///   - source: Has the tensors in the shapes of the configuration.
  ///   - isResident: Whether W is held in memory.
  /// - Throws: `ModelError.nonFiniteWeight`, or when the values cannot be read.
  init(
    _ site: LinearSite, layer: Int, _ configuration: ModelConfiguration,
    from source: any TensorSource, isResident: Bool
  ) throws {
    let modules = configuration.linearModules(ofLayer: layer).filter { $0.site == site }
    let columns = modules[0].inFeatures
    values = try WeightMatrix(
      modules.map { ($0.checkpointName + ".weight", $0.rows) }, columns: columns, from: source,
      isResident: isResident, rowsInBlock: WeightMatrix.rowsInBlock(columns: columns))
    let hasBias = configuration.hasBias(site)
    bias = Matrix(rows: hasBias ? 1 : 0, columns: hasBias ? values.rows : 0)
    for module in modules where hasBias {
      let part = try source.vector(module.checkpointName + ".bias", module.outFeatures)
      bias.setRow(0, from: module.rows.lowerBound, to: part.span)
    }
  }

  /// Overwrites `output` with `input Wᵀ + b` and the updates' share, or adds them to it.
  ///
  /// - Parameters:
  ///   - input: X, [tokens × inputs].
  ///   - output: Y, [tokens × outputs].
  ///   - adding: Whether to add to what is there.
  /// - Throws: `ModelError.nonFiniteWeight`, or when W cannot be read.
  func forward(_ input: borrowing Matrix, into output: inout Matrix, adding: Bool = false) throws {
    try values.forward(input, into: &output, adding: adding)
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
  /// - Throws: `ModelError.nonFiniteWeight`, or when W cannot be read.
  func backward(_ outputGradient: borrowing Matrix, into inputGradient: inout Matrix) throws {
    // The first token carries loss least of all: where it has a gradient, others are not looked at.
    guard outputGradient.isZero(row: 0) else {
      return try backwardOfAllRows(outputGradient, into: &inputGradient)
    }
    let rows = outputGradient.nonzeroRows
    var part = Matrix(uninitializedRows: rows.count, columns: inputGradient.columns)
    try backwardOfAllRows(outputGradient.gatheringRows(rows), into: &part)
    inputGradient.setZero()
    for (index, row) in rows.enumerated() { inputGradient.setRow(row, to: part.row(index)) }
  }

  private func backwardOfAllRows(
    _ outputGradient: borrowing Matrix, into inputGradient: inout Matrix
  ) throws {
    try values.backward(outputGradient, into: &inputGradient)
    for (rows, update) in updates {
      update.backward(outputGradient, columns: rows, into: &inputGradient)
    }
  }
}
