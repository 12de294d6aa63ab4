import COpenBLAS

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
    unsafe storage.update(repeating: 0, count: rows * columns)
  }

  /// Some rows of a float32 matrix.
  package init(_ matrix: borrowing Matrix, rows: [Int]) {
    self.init(uninitializedRows: rows.count, columns: matrix.columns)
    for (index, row) in rows.enumerated() {
      precondition(row >= 0 && row < matrix.rows, "row \(row) of \(matrix.rows)")
      let source = unsafe matrix.storage + row * columns
      let target = unsafe storage + index * columns
      for column in 0..<columns { unsafe target[column] = Double(source[column]) }
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

  package func copy() -> DoubleMatrix {
    let result = DoubleMatrix(uninitializedRows: rows, columns: columns)
    unsafe result.storage.update(from: storage, count: count)
    return result
  }
}

extension DoubleMatrix {
  /// Sets self to `alpha * op(a) * op(b) + beta * self`, where `op` transposes when asked to.
  ///
  /// With `beta` 0 the old elements do not matter. Calls `cblas_dgemm`.
  package mutating func multiply(
    _ a: borrowing DoubleMatrix, _ transposeA: Transposition = .none,
    by b: borrowing DoubleMatrix, _ transposeB: Transposition = .none,
    alpha: Double = 1, beta: Double = 0
  ) {
    let (m, k) = transposeA == .none ? (a.rows, a.columns) : (a.columns, a.rows)
    let (inner, n) = transposeB == .none ? (b.rows, b.columns) : (b.columns, b.rows)
    precondition(
      k == inner && m == rows && n == columns,
      "\(m) x \(k) times \(inner) x \(n) into \(rows) x \(columns)")
    if m == 0 || n == 0 { return }
    unsafe cblas_dgemm(
      CblasRowMajor, transposeA.cblas, transposeB.cblas, Int32(m), Int32(n), Int32(k), alpha,
      a.storage, Int32(max(a.columns, 1)), b.storage, Int32(max(b.columns, 1)), beta, storage,
      Int32(columns))
  }

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

  /// The lower triangle of `a * aᵀ`; what is above the diagonal has no particular value.
  ///
  /// Calls `cblas_dsyrk`.
  init(gramOf a: borrowing DoubleMatrix) {
    self.init(uninitializedRows: a.rows, columns: a.rows)
    if a.rows == 0 { return }
    unsafe cblas_dsyrk(
      CblasRowMajor, CblasLower, CblasNoTrans, Int32(a.rows), Int32(a.columns), 1, a.storage,
      Int32(max(a.columns, 1)), 0, storage, Int32(a.rows))
  }
}

extension DoubleMatrix {
  /// The first columns.
  func leadingColumns(_ count: Int) -> DoubleMatrix {
    let result = DoubleMatrix(uninitializedRows: rows, columns: count)
    for row in 0..<rows {
      unsafe (result.storage + row * count).update(from: storage + row * columns, count: count)
    }
    return result
  }

  /// The first rows.
  func leadingRows(_ count: Int) -> DoubleMatrix {
    let result = DoubleMatrix(uninitializedRows: count, columns: columns)
    unsafe result.storage.update(from: storage, count: count * columns)
    return result
  }

  /// Overwrites a row with a multiple of a row of another matrix of the same width.
  mutating func setRow(
    _ row: Int, to source: borrowing DoubleMatrix, row sourceRow: Int, times factor: Double
  ) {
    for column in 0..<columns { self[row, column] = factor * source[sourceRow, column] }
  }
}
