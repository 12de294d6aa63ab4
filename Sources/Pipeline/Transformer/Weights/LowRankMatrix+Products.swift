import LinearAlgebra

/// The share of a change `ΔW = scale · B A` in the passes through a linear weight; B is the left factor, A
/// the right one, and their product is never formed.
extension LowRankMatrix {
  /// Adds `scale (X Aᵀ) Bᵀ` to some columns of `output`.
  ///
  /// - Parameters:
  ///   - input: X, [tokens × inputs].
  ///   - output: Y, [tokens × all outputs of the site].
  ///   - columns: The module's columns.
  func forward(_ input: borrowing Matrix, into output: inout Matrix, columns: Range<Int>) {
    Self.addProduct(
      input, 0..<input.columns, right, left, .transposed, scale, into: &output, columns)
  }

  /// Adds `scale (dY B) A` to `inputGradient`.
  ///
  /// - Parameters:
  ///   - outputGradient: dY, [tokens × all outputs of the site].
  ///   - columns: The module's columns.
  ///   - inputGradient: dX, [tokens × inputs].
  func backward(
    _ outputGradient: borrowing Matrix, columns: Range<Int>, into inputGradient: inout Matrix
  ) {
    Self.addProduct(
      outputGradient, columns, left, right, .none, scale, into: &inputGradient,
      0..<inputGradient.columns)
  }

  /// Adds `scale (X op(first)) op(second)`, X being some columns of a matrix, to some columns of
  /// another, a block of tokens a thread.
  private static func addProduct(
    _ x: borrowing Matrix, _ columns: Range<Int>, _ first: borrowing Matrix,
    _ second: borrowing Matrix, _ transposition: Transposition, _ scale: Float,
    into output: inout Matrix, _ target: Range<Int>
  ) {
    let blocks = TokenBlocks(of: x.rows)
    let rank = transposition == .none ? first.columns : first.rows
    output.forEachBlock(rows: blocks.ranges, columns: [target]) { index, output in
      var projected = Matrix(uninitializedRows: output.rows, columns: rank)
      let whole = projected.wholeBlock
      projected.multiply(
        x, Block(rows: blocks[index], columns: columns), by: first, first.wholeBlock,
        transposition, into: whole)
      output.multiply(
        projected, whole, by: second, second.wholeBlock, transposition, alpha: scale, beta: 1)
    }
  }
}
