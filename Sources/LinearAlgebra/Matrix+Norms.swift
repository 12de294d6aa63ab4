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
    (0..<rows).filter { row in
      (0..<columns).contains { unsafe storage[row * columns + $0] != 0 }
    }
  }
}

extension Matrix {
  /// Stops on a matrix with a NaN or an infinity.
  ///
  /// - Parameter operand: What the error calls the matrix.
  /// - Throws: `LinearAlgebraError.nonFinite`, naming the first such entry.
  public func requireFinite(_ operand: String) throws(LinearAlgebraError) {
    // An exponent of all ones means NaN or infinity; counting keeps the loop free of branches.
    let exponent: UInt32 = 0x7F80_0000
    for row in 0..<rows {
      let start = unsafe storage + row * columns
      var nonFinite = 0
      for column in 0..<columns {
        nonFinite += unsafe start[column].bitPattern & exponent == exponent ? 1 : 0
      }
      if nonFinite > 0 { throw .nonFinite(operand, self, row: row) }
    }
  }
}

extension LinearAlgebraError {
  /// The error that names the first NaN or infinity of a row which has one.
  static func nonFinite(_ operand: String, _ matrix: borrowing Matrix, row: Int) -> Self {
    let column = (0..<matrix.columns).first { !matrix[row, $0].isFinite } ?? 0
    return .nonFinite(operand: operand, row: row, column: column, value: "\(matrix[row, column])")
  }
}
