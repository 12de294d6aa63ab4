import LinearAlgebra
import Transformer

/// On which sides an update keeps to its subspace.
public enum Sides: String, Sendable, CaseIterable {
  /// `U C Vh`, C [r × r].
  case both
  /// `U C`, C [r × in]: what is written is in the span of U, what is read is free.
  case left
  /// `C Vh`, C [out × r]: what is read is in the span of Vh, what is written is free.
  case right
}

extension Sides {
  /// Rows and columns of the part that moves.
  func coreShape(of subspace: LowRankMatrix) -> (rows: Int, columns: Int) {
    let (rank, out, width) = (
      subspace.innerDimension, subspace.left.rows, subspace.right.columns
    )
    switch self {
    case .both: return (rank, rank)
    case .left: return (rank, width)
    case .right: return (out, rank)
    }
  }

  /// The update that a core makes, as factors.
  func update(_ subspace: LowRankMatrix, core: borrowing Matrix) -> LowRankMatrix {
    switch self {
    case .both:
      var left = Matrix(uninitializedRows: subspace.left.rows, columns: core.columns)
      left.multiply(subspace.left, by: core)
      return LowRankMatrix(left: left, right: subspace.right.copy())
    case .left: return LowRankMatrix(left: subspace.left.copy(), right: core.copy())
    case .right: return LowRankMatrix(left: core.copy(), right: subspace.right.copy())
    }
  }

  /// Some tokens' share of the core's gradient `Lᵀ G R`: L is U or the identity, R is Vhᵀ or the
  /// identity, and `G = Dᵀ X` is not formed.
  ///
  /// - Parameters:
  ///   - subspace: U and Vh.
  ///   - module: The module, whose columns of D count.
  ///   - tokens: The rows of X and D.
  ///   - input: X.
  ///   - outputGradient: D of all modules of the site.
  /// - Returns: Of the core's shape.
  func coreGradient(
    _ subspace: LowRankMatrix, _ module: LinearModule, tokens: Range<Int>,
    input: borrowing Matrix, outputGradient: borrowing Matrix
  ) -> Matrix {
    let (rows, columns) = coreShape(of: subspace)
    let errors = Block(rows: tokens, columns: module.rows)
    let inputs = Block(rows: tokens, columns: 0..<input.columns)
    var gradient = Matrix(uninitializedRows: rows, columns: columns)
    let target = gradient.wholeBlock
    var left = Matrix(uninitializedRows: tokens.count, columns: subspace.innerDimension)
    let whole = left.wholeBlock
    if self != .right {
      left.multiply(
        outputGradient, errors, by: subspace.left, subspace.left.wholeBlock, into: whole)
    }
    var right = Matrix(uninitializedRows: tokens.count, columns: subspace.innerDimension)
    if self != .left {
      right.multiply(
        input, inputs, by: subspace.right, subspace.right.wholeBlock, .transposed, into: whole)
    }
    switch self {
    case .both: gradient.multiply(left, .transposed, by: right)
    case .left: gradient.multiply(left, whole, .transposed, by: input, inputs, into: target)
    case .right:
      gradient.multiply(outputGradient, errors, .transposed, by: right, whole, into: target)
    }
    return gradient
  }
}
