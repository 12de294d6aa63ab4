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
}
