import COpenBLAS

/// A rectangle inside a matrix: some of its rows and some of its columns.
public struct Block: Equatable, Sendable {
  /// The rows.
  public var rows: Range<Int>
  /// The columns.
  public var columns: Range<Int>

  /// Creates a block.
  @inlinable public init(rows: Range<Int>, columns: Range<Int>) {
    self.rows = rows
    self.columns = columns
  }
}

/// Whether a factor of a product is used as it is or transposed.
public enum Transposition: Sendable {
  case none
  case transposed
}

extension Matrix {
  /// The whole matrix as a block.
  @inlinable public var wholeBlock: Block { Block(rows: 0..<rows, columns: 0..<columns) }

  /// `self = alpha * op(a) * op(b) + beta * self`, where `op` transposes when asked to.
  ///
  /// Shapes: op(a) is m x k, op(b) is k x n, self is m x n. With `beta` 0 whatever was in `self`
  /// is overwritten, NaN included. Calls `cblas_sgemm`, once a thread.
  ///
  /// - Parameters:
  ///   - a: Left factor.
  ///   - transposeA: Whether a enters transposed.
  ///   - b: Right factor.
  ///   - transposeB: Whether b enters transposed.
  ///   - alpha: Scale of the product.
  ///   - beta: Scale of what is there: 0 overwrites, 1 adds.
  public mutating func multiply(
    _ a: borrowing Matrix, _ transposeA: Transposition = .none,
    by b: borrowing Matrix, _ transposeB: Transposition = .none,
    alpha: Float = 1, beta: Float = 0
  ) {
    let target = wholeBlock
    multiply(
      a, a.wholeBlock, transposeA, by: b, b.wholeBlock, transposeB, into: target,
      alpha: alpha, beta: beta)
  }

  /// `self[target] = alpha * op(a[blockA]) * op(b[blockB]) + beta * self[target]`.
  ///
  /// The blocks let an attention head or a run of tokens take part without being copied out.
  /// Calls `cblas_sgemm`, once a thread.
  ///
  /// - Parameters:
  ///   - a: Left factor.
  ///   - blockA: The part of a that is used.
  ///   - transposeA: Whether that part enters transposed.
  ///   - b: Right factor.
  ///   - blockB: The part of b that is used.
  ///   - transposeB: Whether that part enters transposed.
  ///   - target: The part of self that is written.
  ///   - alpha: Scale of the product.
  ///   - beta: Scale of what is there: 0 overwrites, 1 adds.
  public mutating func multiply(
    _ a: borrowing Matrix, _ blockA: Block, _ transposeA: Transposition = .none,
    by b: borrowing Matrix, _ blockB: Block, _ transposeB: Transposition = .none,
    into target: Block, alpha: Float = 1, beta: Float = 0
  ) {
    a.requireInside(blockA)
    b.requireInside(blockB)
    requireInside(target)
    let (m, k) = blockA.shape(transposeA)
    let (inner, n) = blockB.shape(transposeB)
    precondition(
      k == inner && m == target.rows.count && n == target.columns.count,
      "\(m) x \(k) times \(inner) x \(n) into \(target.rows.count) x \(target.columns.count)")
    if m == 0 || n == 0 { return }
    if transposeA == .none, alpha == 1, beta == 0 || beta == 1, FewRowsProduct.suits(m, n, k),
      transposeB == .transposed || n % 16 == 0
    {
      let product = unsafe FewRowsProduct(
        rows: m, columns: n, inner: k, left: a.pointer(to: blockA), leftStride: a.columns,
        weight: b.pointer(to: blockB), weightStride: b.columns, output: pointer(to: target),
        outputStride: columns, adding: beta == 1)
      return transposeB == .transposed ? product.runTransposed() : product.runPlain()
    }
    // Pieces of the product's columns, or of its rows when there are more of them.
    let pieces = pieceCount(operations: 2 * m * n * k, length: max(m, n))
    let (startA, startB) = unsafe (a.pointer(to: blockA), b.pointer(to: blockB))
    let start = unsafe pointer(to: target)
    let (strideA, strideB, stride) = (max(a.columns, 1), max(b.columns, 1), columns)
    parallelFor(pieces, threads: pieces) { piece in
      let part = partRange(piece, of: pieces, length: max(m, n))
      let (rows, columns) = m > n ? (part, 0..<n) : (0..<m, part)
      let offsetA = rows.lowerBound * (transposeA == .none ? strideA : 1)
      let offsetB = columns.lowerBound * (transposeB == .none ? 1 : strideB)
      unsafe cblas_sgemm(
        CblasRowMajor, transposeA.cblas, transposeB.cblas, Int32(rows.count), Int32(columns.count),
        Int32(k), alpha, startA + offsetA, Int32(strideA), startB + offsetB, Int32(strideB), beta,
        start + rows.lowerBound * stride + columns.lowerBound, Int32(stride))
    }
  }

  private func requireInside(_ block: Block) {
    precondition(
      block.rows.lowerBound >= 0 && block.rows.upperBound <= rows && block.columns.lowerBound >= 0
        && block.columns.upperBound <= columns,
      "block \(block.rows) x \(block.columns) of a \(rows) x \(columns) matrix")
  }

  private func pointer(to block: Block) -> UnsafeMutablePointer<Float> {
    unsafe storage + (block.rows.lowerBound * columns + block.columns.lowerBound)
  }
}

/// Pieces that a product is divided into: one a thread, or one in all where it takes less time than
/// telling another thread.
private func pieceCount(operations: Int, length: Int) -> Int {
  let worthATell = 1_000_000
  return max(1, min(ComputeThreads.count, operations / worthATell, length / pieceAlignment))
}

/// Whole kernels: OpenBLAS works on blocks of up to so many rows and columns.
private let pieceAlignment = 48

private func partRange(_ part: Int, of parts: Int, length: Int) -> Range<Int> {
  let blocks = (length - 1) / pieceAlignment + 1
  return min(
    blocks * part / parts * pieceAlignment, length)..<min(
      blocks * (part + 1) / parts * pieceAlignment, length)
}

extension Block {
  fileprivate func shape(_ transposition: Transposition) -> (rows: Int, columns: Int) {
    switch transposition {
    case .none: (rows.count, columns.count)
    case .transposed: (columns.count, rows.count)
    }
  }
}

extension Transposition {
  var cblas: CBLAS_TRANSPOSE { self == .none ? CblasNoTrans : CblasTrans }
}
