/// A matrix given as a product of two thin ones, `scale · left right`.
///
/// Singular vectors are one (U and Vh), the change of a weight by a LoRA adapter is one (B and A), and so
/// is the update of a recovery, `U_r C` and `Vh_r`. It does not change: who trains its factors makes
/// another.
public final class LowRankMatrix: Sendable {
  /// The left factor, such as U or B.
  public let left: Matrix  // [out x k]
  /// The right factor, such as Vh or A.
  public let right: Matrix  // [k x in]
  /// The factor on the product.
  public let scale: Float

  /// Creates a product.
  ///
  /// - Parameters:
  ///   - left: [out x k].
  ///   - right: [k x in].
  ///   - scale: The factor on the product.
  public init(left: consuming Matrix, right: consuming Matrix, scale: Float = 1) {
    // What is read from files has its shapes checked there.
    precondition(
      left.columns == right.rows, "inner dimensions \(left.columns) and \(right.rows)")
    self.left = left
    self.right = right
    self.scale = scale
  }

  /// k, which bounds the rank.
  public var innerDimension: Int { right.rows }

  /// The same product of some components: columns of the left factor and rows of the right one.
  ///
  /// - Parameter components: Which, from 0.
  /// - Returns: A product with as many components.
  public func keeping(_ components: Range<Int>) -> LowRankMatrix {
    LowRankMatrix(
      left: left.copyingColumns(components), right: right.gatheringRows(Array(components)),
      scale: scale)
  }

  /// The sum of two products of the same shape as one, whose inner dimension is the sum of theirs.
  ///
  /// - Parameter other: The summand.
  /// - Returns: `[scale · left | other.scale · other.left]` times the right factors one below the other.
  public func adding(_ other: LowRankMatrix) -> LowRankMatrix {
    let (own, others) = (innerDimension, other.innerDimension)
    precondition(
      left.rows == other.left.rows && right.columns == other.right.columns, "of another shape")
    var first = left.copy()
    var second = other.left.copy()
    if scale != 1 { first.scale(by: scale) }
    if other.scale != 1 { second.scale(by: other.scale) }
    var sumLeft = Matrix(uninitializedRows: left.rows, columns: own + others)
    for row in 0..<left.rows {
      sumLeft.setRow(row, from: 0, to: first.row(row))
      sumLeft.setRow(row, from: own, to: second.row(row))
    }
    var sumRight = Matrix(uninitializedRows: own + others, columns: right.columns)
    sumRight.setRows(first: own, of: right)
    let added = other.right.copy()
    for row in 0..<others { sumRight.setRow(own + row, to: added.row(row)) }
    return LowRankMatrix(left: sumLeft, right: sumRight)
  }
}
