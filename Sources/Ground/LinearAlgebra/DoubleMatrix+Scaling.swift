extension DoubleMatrix {
  /// Multiplies each row by its own factor.
  package mutating func scaleRows(by factors: [Double]) {
    precondition(factors.count == rows, "\(factors.count) factors for \(rows) rows")
    for row in 0..<rows {
      let (start, factor) = unsafe (storage + row * columns, factors[row])
      for column in 0..<columns { unsafe start[column] *= factor }
    }
  }

  /// Multiplies each column by its own factor.
  mutating func scaleColumns(by factors: [Double]) {
    precondition(factors.count == columns, "\(factors.count) factors for \(columns) columns")
    for row in 0..<rows {
      let start = unsafe storage + row * columns
      for column in 0..<columns { unsafe start[column] *= factors[column] }
    }
  }

  /// Multiplies rows and columns of a symmetric matrix, of which the lower triangle is set, by the
  /// same factors.
  mutating func scaleLowerTriangle(by factors: [Double]) {
    precondition(factors.count == rows && rows == columns, "\(rows) x \(columns) is not square")
    for row in 0..<rows {
      let (start, factor) = unsafe (storage + row * columns, factors[row])
      for column in 0...row { unsafe start[column] *= factor * factors[column] }
    }
  }

  /// Sets everything above the diagonal to zero, where LAPACK leaves what was there before.
  mutating func clearAboveDiagonal() {
    for row in 0..<min(rows, columns) {
      unsafe (storage + row * columns + row + 1).update(repeating: 0, count: columns - row - 1)
    }
  }

  /// Makes it the identity.
  mutating func setIdentity() {
    unsafe storage.update(repeating: 0, count: count)
    for index in 0..<min(rows, columns) { self[index, index] = 1 }
  }

  /// Sum of the squares of all elements.
  package var sumOfSquares: Double { innerProduct(with: self) }

  /// Sum of the products of the elements of two matrices of one shape.
  package func innerProduct(with other: borrowing DoubleMatrix) -> Double {
    precondition(
      rows == other.rows && columns == other.columns,
      "\(rows) x \(columns) and \(other.rows) x \(other.columns)")
    var sum = 0.0
    for index in 0..<count { sum += unsafe storage[index] * other.storage[index] }
    return sum
  }
}
