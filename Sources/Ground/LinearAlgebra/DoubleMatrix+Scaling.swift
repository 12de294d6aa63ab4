extension DoubleMatrix {
  /// Multiplies each row by its own factor.
  package mutating func scaleRows(by factors: [Double]) {
    precondition(factors.count == rows, "\(factors.count) factors for \(rows) rows")
    for row in 0..<rows {
      let factor = factors[row]
      var row = mutableRow(row)
      for column in row.indices { row[column] *= factor }
    }
  }

  /// Multiplies each column by its own factor.
  mutating func scaleColumns(by factors: [Double]) {
    precondition(factors.count == columns, "\(factors.count) factors for \(columns) columns")
    for row in 0..<rows {
      var row = mutableRow(row)
      for column in row.indices { row[column] *= factors[column] }
    }
  }

  /// Multiplies rows and columns of a symmetric matrix, of which the lower triangle is set, by the
  /// same factors.
  mutating func scaleLowerTriangle(by factors: [Double]) {
    precondition(factors.count == rows && rows == columns, "\(rows) x \(columns) is not square")
    for row in 0..<rows {
      let factor = factors[row]
      for column in 0...row { self[row, column] *= factor * factors[column] }
    }
  }

  /// Sets everything above the diagonal to zero, where LAPACK leaves what was there before.
  mutating func clearAboveDiagonal() {
    for row in 0..<min(rows, columns) {
      for column in (row + 1)..<columns { self[row, column] = 0 }
    }
  }

  /// Sets everything above the diagonal to what is below, where a symmetric matrix has its lower
  /// triangle alone.
  mutating func copyBelowDiagonal() {
    for row in 0..<min(rows, columns) {
      for column in (row + 1)..<columns { self[row, column] = self[column, row] }
    }
  }

  /// Makes it the identity.
  mutating func setIdentity() {
    setZero()
    for index in 0..<min(rows, columns) { self[index, index] = 1 }
  }

  /// Adds a multiple of a float32 matrix of the same shape.
  package mutating func add(_ other: borrowing Matrix, times factor: Double) {
    precondition(
      rows == other.rows && columns == other.columns,
      "\(rows) x \(columns) and \(other.rows) x \(other.columns)")
    for row in 0..<rows {
      let source = other.row(row)
      var target = mutableRow(row)
      for column in source.indices { target[column] += factor * Double(source[column]) }
    }
  }

  /// Subtracts a matrix of the same shape.
  mutating func subtract(_ other: borrowing DoubleMatrix) {
    precondition(
      rows == other.rows && columns == other.columns,
      "\(rows) x \(columns) and \(other.rows) x \(other.columns)")
    for row in 0..<rows {
      let source = other.row(row)
      var target = mutableRow(row)
      for column in source.indices { target[column] -= source[column] }
    }
  }

  /// Sum of the squares of all elements.
  package var sumOfSquares: Double { innerProduct(with: self) }

  /// Sum of the products of the elements of two matrices of one shape.
  package func innerProduct(with other: borrowing DoubleMatrix) -> Double {
    precondition(
      rows == other.rows && columns == other.columns,
      "\(rows) x \(columns) and \(other.rows) x \(other.columns)")
    var sum = 0.0
    for row in 0..<rows {
      let (a, b) = (self.row(row), other.row(row))
      for column in a.indices { sum += a[column] * b[column] }
    }
    return sum
  }
}
