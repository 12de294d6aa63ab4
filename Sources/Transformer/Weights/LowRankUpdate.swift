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

  /// Adds `scale (X Aᵀ) Bᵀ` to some columns of `output`.
  ///
  /// - Parameters:
  ///   - input: X, [tokens × inputs].
  ///   - output: Y, [tokens × all outputs of the site].
  ///   - columns: The module's columns.
  func forward(_ input: borrowing Matrix, into output: inout Matrix, columns: Range<Int>) {
    var projected = Matrix(uninitializedRows: input.rows, columns: rank)
    projected.multiply(input, by: right, .transposed)
    output.multiply(
      projected, projected.wholeBlock, by: left, left.wholeBlock, .transposed,
      into: Block(rows: 0..<input.rows, columns: columns), alpha: scale, beta: 1)
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
    let block = Block(rows: 0..<outputGradient.rows, columns: columns)
    var projected = Matrix(uninitializedRows: outputGradient.rows, columns: rank)
    let whole = projected.wholeBlock
    projected.multiply(outputGradient, block, by: left, left.wholeBlock, into: whole)
    inputGradient.multiply(projected, by: right, alpha: scale, beta: 1)
  }
}
