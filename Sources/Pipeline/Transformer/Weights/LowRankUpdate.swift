import LinearAlgebra

/// A change `ΔW = scale · B A` of a linear weight, kept as its two factors.
///
/// LoRA trains A and B; a rank-restricted recovery keeps A = Vh_r and moves B = U_r C.
public final class LowRankUpdate {
  /// B, [outputs × rank].
  public var left: Matrix
  /// A, [rank × inputs].
  public var right: Matrix
  /// The factor on the product.
  public var scale: Float

  /// Creates an update.
  ///
  /// - Parameters:
  ///   - left: B, [outputs × rank].
  ///   - right: A, [rank × inputs].
  ///   - scale: The factor on the product.
  public init(left: consuming Matrix, right: consuming Matrix, scale: Float = 1) {
    precondition(left.columns == right.rows, "rank \(left.columns) and \(right.rows)")
    self.left = left
    self.right = right
    self.scale = scale
  }

  /// The inner dimension.
  public var rank: Int { right.rows }

  /// Adds `scale (X Aᵀ) Bᵀ` to some rows and columns of `output`.
  ///
  /// - Parameters:
  ///   - input: X, [tokens × inputs].
  ///   - rows: The tokens.
  ///   - output: Y, [tokens × all outputs of the site].
  ///   - columns: The module's columns.
  func forward(
    _ input: borrowing Matrix, rows: Range<Int>, into output: inout Matrix, columns: Range<Int>
  ) {
    var projected = Matrix(uninitializedRows: rows.count, columns: rank)
    let whole = projected.wholeBlock
    projected.multiply(
      input, Block(rows: rows, columns: 0..<input.columns), by: right, right.wholeBlock,
      .transposed, into: whole)
    output.multiply(
      projected, whole, by: left, left.wholeBlock, .transposed,
      into: Block(rows: rows, columns: columns), alpha: scale, beta: 1)
  }

  /// Adds `scale (dY B) A` to some rows of `inputGradient`.
  ///
  /// - Parameters:
  ///   - outputGradient: dY, [tokens × all outputs of the site].
  ///   - rows: The tokens.
  ///   - columns: The module's columns.
  ///   - inputGradient: dX, [tokens × inputs].
  func backward(
    _ outputGradient: borrowing Matrix, rows: Range<Int>, columns: Range<Int>,
    into inputGradient: inout Matrix
  ) {
    var projected = Matrix(uninitializedRows: rows.count, columns: rank)
    let whole = projected.wholeBlock
    projected.multiply(
      outputGradient, Block(rows: rows, columns: columns), by: left, left.wholeBlock, into: whole)
    inputGradient.multiply(
      projected, whole, by: right, right.wholeBlock,
      into: Block(rows: rows, columns: 0..<inputGradient.columns), alpha: scale, beta: 1)
  }
}
