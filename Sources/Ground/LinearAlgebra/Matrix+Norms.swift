extension Matrix {
  /// Frobenius norm, the square root of the sum of squares, summed in float64.
  public var frobeniusNorm: Double {
    var sum = 0.0
    let elements = span
    for index in elements.indices {
      let element = Double(elements[index])
      sum += element * element
    }
    return sum.squareRoot()
  }

  /// The rows that have an entry other than zero, ascending; NaN is other than zero.
  public var nonzeroRows: [Int] {
    (0..<rows).filter { !isZero(row: $0) }
  }

  /// Whether all elements of a row are zero.
  ///
  /// - Parameter row: Row, from 0.
  /// - Returns: False also for a row with a NaN.
  public func isZero(row: Int) -> Bool {
    let row = self.row(row)
    for column in row.indices where row[column] != 0 { return false }
    return true
  }
}

extension Matrix {
  /// Stops on a matrix with a NaN or an infinity.
  ///
  /// - Parameter operand: What the error calls the matrix.
  /// - Throws: `LinearAlgebraError.nonFinite`, naming the first such entry.
  public func requireFinite(_ operand: String) throws(LinearAlgebraError) {
    if let place = firstNonFinite { throw .nonFinite(operand, self, place) }
  }
}

extension LinearAlgebraError {
  /// The error that names an entry and its value.
  static func nonFinite(
    _ operand: String, _ matrix: borrowing Matrix, _ place: (row: Int, column: Int)
  ) -> Self {
    let value = matrix[place.row, place.column]
    return .nonFinite(operand: operand, row: place.row, column: place.column, value: "\(value)")
  }
}
