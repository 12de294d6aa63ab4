import LinearAlgebra

/// Normalisation of queries and keys per head, where the model has it, and their rotation.
enum HeadRotation {
  /// Rotates the query and key columns of each row by the angles of its position, in place.
  ///
  /// - Parameters:
  ///   - queryKeyValue: Fused activations, [tokens × width].
  ///   - layout: The heads' columns.
  ///   - table: Cosines and sines by position.
  ///   - positions: Position of each row.
  ///   - inverse: True for the backward pass.
  static func rotate(
    _ queryKeyValue: inout Matrix, layout: HeadLayout, table: RotaryTable, positions: [Int],
    inverse: Bool = false
  ) {
    rotate(
      &queryKeyValue, layout: layout, cosines: table.cosines, sines: table.sines,
      positions: positions, inverse: inverse)
  }

  private static func rotate(
    _ queryKeyValue: inout Matrix, layout: HeadLayout, cosines: borrowing Matrix,
    sines: borrowing Matrix, positions: [Int], inverse: Bool
  ) {
    queryKeyValue.forEachRow { token, row in
      let cosines = cosines.row(positions[token])
      let sines = sines.row(positions[token])
      for head in 0..<(layout.headCount + layout.keyValueHeadCount) {
        row.rotatePairs(
          from: head * layout.dimension, cosines: cosines, sines: sines, inverse: inverse)
      }
    }
  }

  /// Normalises every query head by one weight and every key head by another, in place.
  ///
  /// - Parameters:
  ///   - queryKeyValue: Fused activations, [tokens × width].
  ///   - layout: The heads' columns.
  ///   - layer: The weights, [1 × dimension] each.
  ///   - epsilon: As in every norm.
  static func normalize(
    _ queryKeyValue: inout Matrix, layout: HeadLayout, layer: LayerWeights, epsilon: Float
  ) {
    for (columns, kind) in parts(layout) {
      let heads = queryKeyValue.copyingHeads(columns, dimension: layout.dimension)
      var normalized = Matrix(uninitializedRows: heads.rows, columns: heads.columns)
      RMSNorm.forward(heads, weight: layer[norm: kind], epsilon: epsilon, into: &normalized)
      queryKeyValue.setHeads(columns, to: normalized)
    }
  }

  /// Turns the gradient of the normalised queries and keys into that of the raw ones, in place.
  ///
  /// - Parameters:
  ///   - gradient: Of the fused activations, [tokens × width].
  ///   - raw: The activations before the norm.
  ///   - layout: The heads' columns.
  ///   - layer: The weights.
  ///   - epsilon: As in the forward pass.
  ///   - visitNorm: Receives the heads' output gradients and inputs.
  static func normalizeBackward(
    _ gradient: inout Matrix, raw: borrowing Matrix, layout: HeadLayout, layer: LayerWeights,
    epsilon: Float, visitNorm: (NormKind, borrowing Matrix, borrowing Matrix) -> Void
  ) {
    for (columns, kind) in parts(layout) {
      let heads = raw.copyingHeads(columns, dimension: layout.dimension)
      let outputGradient = gradient.copyingHeads(columns, dimension: layout.dimension)
      visitNorm(kind, outputGradient, heads)
      var inputGradient = Matrix(uninitializedRows: heads.rows, columns: heads.columns)
      RMSNorm.backward(
        outputGradient, input: heads, weight: layer[norm: kind], epsilon: epsilon,
        into: &inputGradient, adding: false)
      gradient.setHeads(columns, to: inputGradient)
    }
  }

  private static func parts(_ layout: HeadLayout) -> [(columns: Range<Int>, kind: NormKind)] {
    [
      (0..<layout.queryWidth, .query),
      (layout.queryWidth..<(layout.queryWidth + layout.keyWidth), .key),
    ]
  }
}

extension Matrix {
  /// The heads in a range of columns as rows of their own, [tokens · heads × dimension].
  fileprivate func copyingHeads(_ columns: Range<Int>, dimension: Int) -> Matrix {
    let heads = columns.count / dimension
    var result = Matrix(uninitializedRows: rows * heads, columns: dimension)
    result.forEachRow { index, target in
      let start = columns.lowerBound + (index % heads) * dimension
      map(row(index / heads).extracting(start..<(start + dimension)), into: &target) { $0 }
    }
    return result
  }

  /// The inverse of `copyingHeads`.
  fileprivate mutating func setHeads(_ columns: Range<Int>, to heads: borrowing Matrix) {
    let perRow = columns.count / heads.columns
    for index in 0..<heads.rows {
      let start = columns.lowerBound + (index % perRow) * heads.columns
      setRow(index / perRow, from: start, to: heads.row(index))
    }
  }
}
