extension Matrix {
  /// Frobenius norm, the square root of the sum of squares, summed in float64.
  public var frobeniusNorm: Double {
    var sum = 0.0
    for index in 0..<count {
      let element = unsafe Double(storage[index])
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
    precondition(row >= 0 && row < rows, "row \(row) of \(rows)")
    return !(0..<columns).contains { unsafe storage[row * columns + $0] != 0 }
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
