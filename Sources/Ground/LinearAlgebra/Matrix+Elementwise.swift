extension Matrix {
  /// `self = other`, element by element; the shapes must agree.
  ///
  /// - Parameter other: The elements to take over.
  public mutating func assign(_ other: borrowing Matrix) {
    requireSameShape(other)
    forEachRow(costPerElement: Self.copyCost) { index, row in
      map(other.row(index), into: &row) { $0 }
    }
  }

  /// `self = 0`.
  public mutating func setZero() {
    forEachRow(costPerElement: Self.copyCost) { _, row in update(&row) { _ in Lanes() } }
  }

  /// Nanoseconds of a float that is copied.
  private static let copyCost = 0.2

  /// `self += scale * other`.
  ///
  /// - Parameters:
  ///   - other: The summand, of the same shape.
  ///   - scale: Its factor.
  public mutating func add(_ other: borrowing Matrix, scale: Float = 1) {
    requireSameShape(other)
    forEachRow { index, row in
      update(&row, with: other.row(index)) { $0 + scale * $1 }
    }
  }

  /// `self *= scale`.
  ///
  /// - Parameter scale: The factor.
  public mutating func scale(by scale: Float) {
    forEachRow { _, row in update(&row) { $0 * scale } }
  }

  /// Adds one row vector to every row.
  ///
  /// - Parameter vector: 1 x columns.
  public mutating func addToEachRow(_ vector: borrowing Matrix) {
    precondition(vector.count == columns, "\(vector.count) elements for \(columns) columns")
    forEachRow { _, row in update(&row, with: vector.row(0)) { $0 + $1 } }
  }

  /// A matrix with some of the rows, in the order given.
  ///
  /// - Parameter indices: Row numbers of self.
  /// - Returns: One row an index, [indices × columns].
  public func gatheringRows(_ indices: [Int]) -> Matrix {
    var result = Matrix(uninitializedRows: indices.count, columns: columns)
    for (target, source) in indices.enumerated() {
      result.setRow(target, to: row(source))
    }
    return result
  }

  /// A matrix with the columns of a range, contiguous.
  ///
  /// - Parameter range: Columns of self.
  /// - Returns: A copy, [rows × columns in the range].
  public func copyingColumns(_ range: Range<Int>) -> Matrix {
    copying(Block(rows: 0..<rows, columns: range))
  }

  /// A matrix with the elements of a block, contiguous.
  ///
  /// - Parameter block: The part of self to copy.
  /// - Returns: A copy, [rows × columns of the block].
  public func copying(_ block: Block) -> Matrix {
    precondition(
      block.columns.lowerBound >= 0 && block.columns.upperBound <= columns,
      "columns \(block.columns) of \(columns)")
    var result = Matrix(uninitializedRows: block.rows.count, columns: block.columns.count)
    result.forEachRow { index, target in
      map(row(block.rows.lowerBound + index).extracting(block.columns), into: &target) { $0 }
    }
    return result
  }

  /// The transpose, a matrix of its own.
  public func transposed() -> Matrix {
    var result = Matrix(uninitializedRows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result[column, row] = self[row, column] }
    }
    return result
  }

  /// The identity.
  ///
  /// - Parameter size: Rows and columns.
  /// - Returns: Ones on the diagonal, [size × size].
  public static func identity(_ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for index in 0..<size { result[index, index] = 1 }
    return result
  }

  /// Overwrites one row.
  ///
  /// - Parameters:
  ///   - index: Row, from 0.
  ///   - values: As many elements as there are columns.
  public mutating func setRow(_ index: Int, to values: Span<Float>) {
    precondition(values.count == columns, "\(values.count) values for \(columns) columns")
    setRow(index, from: 0, to: values)
  }

  /// Overwrites part of one row.
  ///
  /// - Parameters:
  ///   - index: Row, from 0.
  ///   - column: First column to overwrite.
  ///   - values: What to write there.
  public mutating func setRow(_ index: Int, from column: Int, to values: Span<Float>) {
    var whole = mutableBlock(wholeBlock)
    whole.setRow(index, from: column, to: values)
  }

  /// Overwrites the first rows with those of another matrix of equal width.
  ///
  /// - Parameters:
  ///   - count: Number of rows.
  ///   - other: Where they come from.
  public mutating func setRows(first count: Int, of other: borrowing Matrix) {
    precondition(
      other.columns == columns && count <= min(rows, other.rows), "\(count) rows do not fit")
    for row in 0..<count { setRow(row, to: other.row(row)) }
  }

  /// Row and column of the first element that is NaN or infinite, or nil.
  public var firstNonFinite: (row: Int, column: Int)? { firstNonFinite(inRows: 0..<rows) }

  /// Row and column of the first element of some rows that is NaN or infinite, or nil.
  ///
  /// - Parameter range: The rows to look at.
  /// - Returns: The place in self, or nil when all elements of the rows are finite.
  public func firstNonFinite(inRows range: Range<Int>) -> (row: Int, column: Int)? {
    for index in range {
      if let column = LinearAlgebra.firstNonFinite(row(index)) { return (index, column) }
    }
    return nil
  }

  private func requireSameShape(_ other: borrowing Matrix) {
    precondition(
      rows == other.rows && columns == other.columns,
      "\(rows) x \(columns) and \(other.rows) x \(other.columns)")
  }
}

extension Matrix {
  /// `self = self ∘ other`, element by element.
  ///
  /// - Parameter other: The factors, of the same shape.
  public mutating func multiplyElements(by other: borrowing Matrix) {
    precondition(rows == other.rows && columns == other.columns, "shapes differ")
    forEachRow { index, row in update(&row, with: other.row(index)) { $0 * $1 } }
  }
}
