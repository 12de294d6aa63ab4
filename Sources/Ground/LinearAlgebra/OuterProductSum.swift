/// A matrix given as a sum of outer products, `sum_t left_t right_tᵀ`, built up piece by piece.
///
/// The vectors are kept as they are as long as they are fewer than the smaller side of the matrix,
/// which is the form that `FactoredSVD` decomposes quickly. One more and the matrix is formed, in
/// float64, so that memory stays bounded however many follow, as in a mean over many examples.
///
/// Memory: at most 4 min(out, in) (out + in) bytes before that, 8 out in bytes after.
public struct OuterProductSum: ~Copyable, Sendable {
  /// Rows of the matrix.
  public let rows: Int
  /// Columns of the matrix.
  public let columns: Int
  /// Number of outer products that are not zero.
  public private(set) var productCount = 0
  private(set) var left: [Float] = []  // [products x rows], while not formed
  private(set) var right: [Float] = []  // [products x columns]
  private(set) var formed: DoubleMatrix  // [rows x columns], empty while not formed

  /// Creates a sum of nothing, a zero matrix.
  ///
  /// - Parameters:
  ///   - rows: Length of the left vectors.
  ///   - columns: Length of the right vectors.
  public init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    formed = DoubleMatrix(rows: 0, columns: 0)
    if isFormed { form() }
  }

  /// Whether the matrix has been formed.
  public var isFormed: Bool { productCount >= min(rows, columns) }

  /// Adds `leftᵀ right`.
  ///
  /// - Parameters:
  ///   - left: [T x rows]; rows that are zero are passed over.
  ///   - right: [T x columns].
  /// - Throws: `LinearAlgebraError.nonFinite`, before anything is added.
  public mutating func add(
    left: borrowing Matrix, right: borrowing Matrix
  ) throws(LinearAlgebraError) {
    precondition(left.rows == right.rows, "\(left.rows) and \(right.rows) rows")
    precondition(left.columns == rows && right.columns == columns, "vectors of other lengths")
    try left.requireFinite("left factor")
    try right.requireFinite("right factor")
    let products = left.nonzeroRows
    let wasFormed = isFormed
    productCount += products.count
    if isFormed {
      if !wasFormed { form() }
      accumulate(left, right, products)
    } else {
      self.left.append(rows: products, of: left)
      self.right.append(rows: products, of: right)
    }
  }

  private mutating func form() {
    formed = DoubleMatrix(rows: rows, columns: columns)
    let kept = left.count / max(rows, 1)
    accumulate(
      Matrix(rows: kept, columns: rows, elements: left),
      Matrix(rows: kept, columns: columns, elements: right), Array(0..<kept))
    left = []
    right = []
  }

  /// Adds a block of products at a time, since they have to be float64 for it.
  private mutating func accumulate(
    _ left: borrowing Matrix, _ right: borrowing Matrix, _ products: [Int]
  ) {
    let blockSize = 256
    for start in stride(from: 0, to: products.count, by: blockSize) {
      let block = Array(products[start..<min(start + blockSize, products.count)])
      formed.multiply(
        DoubleMatrix(left, rows: block), .transposed, by: DoubleMatrix(right, rows: block),
        beta: 1)
    }
  }
}

extension [Float] {
  fileprivate mutating func append(rows: [Int], of matrix: borrowing Matrix) {
    for row in rows {
      let row = matrix.row(row)
      for column in row.indices { append(row[column]) }
    }
  }
}
