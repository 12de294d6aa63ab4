import LinearAlgebra

/// Where an update may go: the columns of U_r and the rows of Vh_r, orthonormal each.
public final class Subspace: Sendable {
  /// U_r, [outputs × r].
  public let left: Matrix
  /// Vh_r, [r × inputs].
  public let right: Matrix

  /// Creates a subspace.
  ///
  /// - Parameters:
  ///   - left: U_r, [outputs × r], orthonormal columns.
  ///   - right: Vh_r, [r × inputs], orthonormal rows.
  public init(left: consuming Matrix, right: consuming Matrix) {
    // Of a file's vectors the shapes were checked when they were read.
    precondition(left.columns == right.rows, "rank \(left.columns) and \(right.rows)")
    self.left = left
    self.right = right
  }

  /// r.
  public var rank: Int { right.rows }
}
