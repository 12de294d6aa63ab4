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
    var block = mutableBlock(target)
    block.multiply(
      a, blockA, transposeA, by: b, blockB, transposeB, alpha: alpha, beta: beta)
  }
}

extension MatrixBlock {
  /// `self[target] = alpha * op(a[blockA]) * op(b[blockB]) + beta * self[target]`.
  ///
  /// - Parameters:
  ///   - a: Left factor.
  ///   - blockA: The part of a that is used.
  ///   - transposeA: Whether that part enters transposed.
  ///   - b: Right factor.
  ///   - blockB: The part of b that is used.
  ///   - transposeB: Whether that part enters transposed.
  ///   - target: The part of self that is written, or nil for all of it.
  ///   - alpha: Scale of the product.
  ///   - beta: Scale of what is there: 0 overwrites, 1 adds.
  public mutating func multiply(
    _ a: borrowing Matrix, _ blockA: Block, _ transposeA: Transposition = .none,
    by b: borrowing Matrix, _ blockB: Block, _ transposeB: Transposition = .none,
    into target: Block? = nil, alpha: Float = 1, beta: Float = 0
  ) {
    if let target {
      var part = mutableBlock(target)
      return part.multiply(
        a, blockA, transposeA, by: b, blockB, transposeB, alpha: alpha, beta: beta)
    }
    let ((m, k), (_, n)) = (blockA.shape(transposeA), blockB.shape(transposeB))
    let kernel = ProductKernel.fastest(m, n, k, transposeA, transposeB, alpha: alpha, beta: beta)
    multiply(
      with: kernel, a, blockA, transposeA, by: b, blockB, transposeB, alpha: alpha, beta: beta)
  }

  /// `self = alpha * op(a[blockA]) * op(b[blockB]) + beta * self` by a kernel that can do it.
  package mutating func multiply(
    with kernel: ProductKernel, _ a: borrowing Matrix, _ blockA: Block,
    _ transposeA: Transposition = .none, by b: borrowing Matrix, _ blockB: Block,
    _ transposeB: Transposition = .none, alpha: Float = 1, beta: Float = 0
  ) {
    blockA.requireInside(rows: a.rows, columns: a.columns)
    blockB.requireInside(rows: b.rows, columns: b.columns)
    let (m, k) = blockA.shape(transposeA)
    let (inner, n) = blockB.shape(transposeB)
    precondition(
      k == inner && m == rows && n == columns,
      "\(m) x \(k) times \(inner) x \(n) into \(rows) x \(columns)")
    if m == 0 || n == 0 { return }
    switch kernel {
    case .fewRows:
      precondition(
        FewRowsProduct.takes(n, transposeA, transposeB, alpha: alpha, beta: beta),
        "a product that the kernel cannot do")
      let product = FewRowsProduct(
        a, blockA, b, blockB, transposesWeight: transposeB == .transposed, adding: beta == 1)
      product.run(into: &self)
    case .openBLAS:
      sgemmOnThreads(a, blockA, transposeA, b, blockB, transposeB, alpha: alpha, beta: beta)
    }
  }

  private mutating func sgemmOnThreads(
    _ a: borrowing Matrix, _ blockA: Block, _ transposeA: Transposition, _ b: borrowing Matrix,
    _ blockB: Block, _ transposeB: Transposition, alpha: Float, beta: Float
  ) {
    let (m, n, k) = (rows, columns, blockA.shape(transposeA).columns)
    let count = pieceCount(operations: 2 * m * n * k, length: max(m, n))
    if count == 1 {
      return sgemm(a, blockA, transposeA, b, blockB, transposeB, alpha: alpha, beta: beta)
    }
    // Pieces of the product's columns, or of its rows when there are more of them.
    let pieces = (0..<count).map { partRange($0, of: count, length: max(m, n)) }
    forEachBlock(rows: m > n ? pieces : [0..<m], columns: m > n ? [0..<n] : pieces) { index, part in
      let partA = m > n ? blockA.taking(pieces[index], transposeA == .none) : blockA
      let partB = m > n ? blockB : blockB.taking(pieces[index], transposeB == .transposed)
      part.sgemm(a, partA, transposeA, b, partB, transposeB, alpha: alpha, beta: beta)
    }
  }
}

/// What does a product.
package enum ProductKernel {
  /// `FewRowsProduct`.
  case fewRows
  /// `cblas_sgemm`.
  case openBLAS

  /// The one that `multiply` takes for `op(a) op(b)`, m x k and k x n.
  package static func fastest(
    _ m: Int, _ n: Int, _ k: Int, _ transposeA: Transposition, _ transposeB: Transposition,
    alpha: Float, beta: Float
  ) -> ProductKernel {
    FewRowsProduct.takes(n, transposeA, transposeB, alpha: alpha, beta: beta)
      && FewRowsProduct.isFaster(m, n, k) ? .fewRows : .openBLAS
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
  let (start, end) = (blocks * part / parts, blocks * (part + 1) / parts)
  return min(start * pieceAlignment, length)..<min(end * pieceAlignment, length)
}

extension Block {
  fileprivate func shape(_ transposition: Transposition) -> (rows: Int, columns: Int) {
    switch transposition {
    case .none: (rows.count, columns.count)
    case .transposed: (columns.count, rows.count)
    }
  }

  /// Some of the rows or of the columns, counted from the corner.
  fileprivate func taking(_ part: Range<Int>, _ isRows: Bool) -> Block {
    let start = isRows ? rows.lowerBound : columns.lowerBound
    let range = (start + part.lowerBound)..<(start + part.upperBound)
    return isRows ? Block(rows: range, columns: columns) : Block(rows: rows, columns: range)
  }
}
