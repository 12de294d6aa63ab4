/// The float64 twin of `Matrix`, for what happens between reading factors and storing vectors.
///
/// Gram matrices square the condition number; in float64 that leaves more accuracy than the float32
/// factors carry. Row-major, contiguous, uniquely owned.
@safe
package struct DoubleMatrix: ~Copyable, @unchecked Sendable {
  package let rows: Int
  package let columns: Int
  let storage: UnsafeMutablePointer<Double>

  /// Creates a matrix whose elements have no particular value.
  package init(uninitializedRows rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "negative size \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    unsafe storage = .allocate(capacity: max(rows * columns, 1))
  }

  /// Creates a matrix of zeros.
  package init(rows: Int, columns: Int) {
    self.init(uninitializedRows: rows, columns: columns)
    setZero()
  }

  /// Some rows of a float32 matrix.
  package init(_ matrix: borrowing Matrix, rows: [Int]) {
    self.init(uninitializedRows: rows.count, columns: matrix.columns)
    for (index, row) in rows.enumerated() {
      let source = matrix.row(row)
      var target = mutableRow(index)
      for column in source.indices { target[column] = Double(source[column]) }
    }
  }

  deinit { unsafe storage.deallocate() }

  package var count: Int { rows * columns }

  package subscript(row: Int, column: Int) -> Double {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index out of range")
      return unsafe storage[row * columns + column]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index out of range")
      unsafe storage[row * columns + column] = newValue
    }
  }

  /// One row for reading in place.
  @_lifetime(borrow self)
  borrowing func row(_ index: Int) -> Span<Double> {
    precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
    let span = unsafe Span(_unsafeStart: storage + index * columns, count: columns)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// One row for writing in place.
  @_lifetime(&self)
  mutating func mutableRow(_ index: Int) -> MutableSpan<Double> {
    precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
    let span = unsafe MutableSpan(_unsafeStart: storage + index * columns, count: columns)
    return unsafe _overrideLifetime(span, mutating: &self)
  }

  package func copy() -> DoubleMatrix { leadingRows(rows) }

  /// Makes it zero.
  mutating func setZero() { unsafe storage.update(repeating: 0, count: count) }

  /// Takes over the elements of a matrix of the same shape.
  mutating func assign(_ other: borrowing DoubleMatrix) {
    precondition(rows == other.rows && columns == other.columns, "shapes differ")
    unsafe storage.update(from: other.storage, count: count)
  }
}

extension DoubleMatrix {
  /// The product `op(a) * op(b)`.
  package init(
    product a: borrowing DoubleMatrix, _ transposeA: Transposition = .none,
    by b: borrowing DoubleMatrix, _ transposeB: Transposition = .none
  ) {
    self.init(
      uninitializedRows: transposeA == .none ? a.rows : a.columns,
      columns: transposeB == .none ? b.columns : b.rows)
    multiply(a, transposeA, by: b, transposeB)
  }

  /// The first columns.
  func leadingColumns(_ count: Int) -> DoubleMatrix {
    var result = DoubleMatrix(uninitializedRows: rows, columns: count)
    for row in 0..<rows {
      let source = self.row(row)
      var target = result.mutableRow(row)
      for column in 0..<count { target[column] = source[column] }
    }
    return result
  }

  /// The first rows.
  func leadingRows(_ count: Int) -> DoubleMatrix {
    precondition(count <= rows, "\(count) rows of \(rows)")
    let result = DoubleMatrix(uninitializedRows: count, columns: columns)
    unsafe result.storage.update(from: storage, count: count * columns)
    return result
  }

  /// Rows as columns.
  func transposed() -> DoubleMatrix {
    var result = DoubleMatrix(uninitializedRows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result[column, row] = self[row, column] }
    }
    return result
  }

  /// Overwrites a row with a multiple of a row of another matrix of the same width.
  mutating func setRow(
    _ row: Int, to source: borrowing DoubleMatrix, row sourceRow: Int, times factor: Double
  ) {
    for column in 0..<columns { self[row, column] = factor * source[sourceRow, column] }
  }
}
