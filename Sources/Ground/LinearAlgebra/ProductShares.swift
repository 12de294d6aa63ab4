/// What each outer product of a sum `G = sum_t left_t right_tᵀ` contributes to each component of it.
///
///     share_ti = (u_i · left_t) (right_t · v_i) / s_i
///
/// Since `u_iᵀ G v_i = s_i`, the shares of a component add up to 1; they can be negative and larger than 1.
struct ProductShares: ~Copyable {
  /// `left_t · u_i`.
  let left: DoubleMatrix  // [n x k]
  /// `right_t · v_i`.
  let right: DoubleMatrix  // [n x k]
  let singularValues: [Double]

  /// Shares whose sum is further from 1 than this are rounding errors.
  private static let tolerance = 1e-5

  init(left: consuming DoubleMatrix, right: consuming DoubleMatrix, singularValues: [Double]) {
    self.left = left
    self.right = right
    self.singularValues = singularValues
  }

  /// The shares, NaN in the columns of components that are rounding error: nothing has a share in a
  /// direction past the rank, where `s_i <= n eps s_1`.
  ///
  /// - Parameters:
  ///   - places: Which products of the sum these are; the shares of the others are zero.
  ///   - count: Number of products of the sum.
  /// - Returns: [count x k].
  func matrix(placing places: [Int], of count: Int) -> Matrix {
    var shares = Matrix(rows: count, columns: left.columns)
    let noise = Double(left.rows) * .ulpOfOne * (singularValues.first ?? 0)
    for component in 0..<left.columns {
      let value = singularValues[component]
      let column = places.indices.map { left[$0, component] * right[$0, component] / value }
      if value > noise, abs(column.reduce(0, +) - 1) < Self.tolerance {
        for (place, share) in zip(places, column) { shares[place, component] = Float(share) }
      } else {
        for row in 0..<count { shares[row, component] = .nan }
      }
    }
    return shares
  }
}
