/// The row space of a right factor that several sums of outer products share, such as the input of q_proj,
/// k_proj and v_proj.
///
/// It is found once, for as long as the rows that count are the same. The factor itself stays where it is
/// and is lent to each decomposition.
public struct SharedRightFactor: ~Copyable, Sendable {
  private var space: RowSpace?
  /// Where the elements of the factor lie, to tell it from another.
  private var address: UInt?

  /// Knows nothing yet.
  public init() {}

  /// Decomposes `leftᵀ right`.
  ///
  /// - Parameters:
  ///   - left: [T x out]; for a gradient, D.
  ///   - right: [T x in]; for a gradient, X: the same matrix each time.
  ///   - method: How many components are wanted.
  /// - Returns: What `FactoredSVD.decompose(left:right:)` returns.
  /// - Throws: The same.
  public mutating func decompose(
    left: borrowing Matrix, right: borrowing Matrix, by method: FactoredSVD
  ) throws(LinearAlgebraError) -> TruncatedSVD {
    precondition(left.rows == right.rows, "\(left.rows) and \(right.rows) rows")
    precondition(address == nil || address == right.address, "another right factor")
    address = right.address
    let rows = left.nonzeroRows
    guard FactoredSVD.paysOff(rowCount: rows.count, left.columns, right.columns) else {
      return try method.decompose(left: left, right: right)
    }
    _ = try lapackShape(left.columns, right.columns)
    let rightSpace = try takeSpace(of: right, rows)
    let svd = try method.decompose(left: left, right: right, rightSpace: rightSpace)
    space = consume rightSpace
    return svd
  }

  private mutating func takeSpace(
    of right: borrowing Matrix, _ rows: [Int]
  ) throws(LinearAlgebraError) -> RowSpace {
    if let known = space.take(), known.rows == rows { return known }
    // Zero times NaN is NaN: rows that are left out have to be finite all the same.
    if rows.count < right.rows { try right.requireFinite("right factor") }
    return try RowSpace(of: right, rows: rows, operand: "right factor")
  }
}
