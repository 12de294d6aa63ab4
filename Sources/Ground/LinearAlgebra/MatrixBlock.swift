import Synchronization

/// A part of a matrix for writing in place: some rows of some columns.
///
/// Whoever has it has nobody beside him: it is lent by the matrix alone, or as one of blocks that do
/// not overlap. Rows and columns are counted from the block's own corner.
@safe
public struct MatrixBlock: ~Copyable, ~Escapable, @unchecked Sendable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Floats from one row to the next.
  @usableFromInline let stride: Int
  @usableFromInline let start: UnsafeMutablePointer<Float>

  /// Creates a block of elements that are there, and used by nobody else, as long as it is.
  @_lifetime(immortal)
  init(start: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    unsafe self.start = start
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// One row for writing.
  ///
  /// - Parameter index: Row, from 0.
  /// - Returns: As many elements as there are columns.
  @inlinable
  @_lifetime(&self)
  public mutating func mutableRow(_ index: Int) -> MutableSpan<Float> {
    precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
    let span = unsafe MutableSpan(_unsafeStart: start + index * stride, count: columns)
    return unsafe _overrideLifetime(span, mutating: &self)
  }

  /// All elements of whole rows, row after row, for writing.
  @inlinable public var mutableSpan: MutableSpan<Float> {
    @_lifetime(&self)
    mutating get {
      precondition(stride == columns || rows <= 1, "\(columns) of \(stride) columns are lent")
      let span = unsafe MutableSpan(_unsafeStart: start, count: rows * columns)
      return unsafe _overrideLifetime(span, mutating: &self)
    }
  }

  /// Overwrites part of one row.
  ///
  /// - Parameters:
  ///   - index: Row, from 0.
  ///   - column: First column to overwrite.
  ///   - values: What to write there.
  public mutating func setRow(_ index: Int, from column: Int = 0, to values: Span<Float>) {
    var row = mutableRow(index)
    var target = row.part(column..<(column + values.count))
    map(values, into: &target) { $0 }
  }

  /// A part of the block, by itself.
  ///
  /// - Parameter block: Its rows and columns in this one.
  /// - Returns: The part; this one is not to be used meanwhile.
  @_lifetime(&self)
  public mutating func mutableBlock(_ block: Block) -> MatrixBlock {
    block.requireInside(rows: rows, columns: columns)
    let corner = unsafe start + block.rows.lowerBound * stride + block.columns.lowerBound
    let part = unsafe MatrixBlock(
      start: corner, rows: block.rows.count, columns: block.columns.count, stride: stride)
    return unsafe _overrideLifetime(part, mutating: &self)
  }

  /// Lends the blocks where some rows and some columns meet, for threads to write side by side.
  ///
  /// - Parameters:
  ///   - rows: Ascending, without overlap.
  ///   - columns: Ascending, without overlap.
  ///   - body: Uses the blocks.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public mutating func withDisjointBlocks<Result: ~Copyable, Failure: Error>(
    rows: [Range<Int>], columns: [Range<Int>],
    _ body: (borrowing DisjointBlocks) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    rows.requireDisjoint(within: self.rows)
    columns.requireDisjoint(within: self.columns)
    return unsafe try body(
      DisjointBlocks(start: start, stride: stride, rows: rows, columns: columns))
  }
}

/// Blocks of a matrix that do not overlap, of which each is lent once.
///
/// That they do not overlap is checked when they are made, that none is lent twice when it is taken;
/// after that nothing needs to be checked. Threads can share them because of it.
@safe
public struct DisjointBlocks: ~Copyable, @unchecked Sendable {
  private let start: UnsafeMutablePointer<Float>
  private let stride: Int
  private let rows: [Range<Int>]
  private let columns: [Range<Int>]
  private let isTaken: Mutex<[Bool]>

  fileprivate init(
    start: UnsafeMutablePointer<Float>, stride: Int, rows: [Range<Int>], columns: [Range<Int>]
  ) {
    unsafe self.start = start
    self.stride = stride
    self.rows = rows
    self.columns = columns
    isTaken = Mutex(Array(repeating: false, count: rows.count * columns.count))
  }

  /// Number of blocks.
  public var count: Int { rows.count * columns.count }

  /// Lends a block for as long as there are these; a second time is a programmer error.
  ///
  /// - Parameter index: Blocks are counted along the columns, then along the rows.
  /// - Returns: The block.
  @_lifetime(borrow self)
  public borrowing func take(_ index: Int) -> MatrixBlock {
    let wasTaken = isTaken.withLock { isTaken in
      defer { isTaken[index] = true }
      return isTaken[index]
    }
    precondition(!wasTaken, "block \(index) is lent twice")
    let (row, column) = (rows[index / columns.count], columns[index % columns.count])
    let corner = unsafe start + row.lowerBound * stride + column.lowerBound
    let block = unsafe MatrixBlock(
      start: corner, rows: row.count, columns: column.count, stride: stride)
    return unsafe _overrideLifetime(block, borrowing: self)
  }
}

extension Matrix {
  /// A part for writing in place.
  ///
  /// - Parameter block: Its rows and columns.
  /// - Returns: The part; the matrix is not to be used meanwhile.
  @_lifetime(&self)
  public mutating func mutableBlock(_ block: Block) -> MatrixBlock {
    block.requireInside(rows: rows, columns: columns)
    let corner = unsafe storage + block.rows.lowerBound * columns + block.columns.lowerBound
    let part = unsafe MatrixBlock(
      start: corner, rows: block.rows.count, columns: block.columns.count, stride: columns)
    return unsafe _overrideLifetime(part, mutating: &self)
  }
}

extension Block {
  /// Stops where it is not part of a matrix.
  func requireInside(rows count: Int, columns width: Int) {
    precondition(
      rows.lowerBound >= 0 && rows.upperBound <= count && columns.lowerBound >= 0
        && columns.upperBound <= width,
      "block \(rows) x \(columns) of a \(count) x \(width) matrix")
  }
}

extension [Range<Int>] {
  /// Stops where ranges overlap, do not ascend, or leave `0..<count`.
  fileprivate func requireDisjoint(within count: Int) {
    var end = 0
    for range in self {
      precondition(range.lowerBound >= end, "\(range) overlaps what ends at \(end)")
      end = range.upperBound
    }
    precondition(end <= count, "ranges up to \(end) of \(count)")
  }
}
