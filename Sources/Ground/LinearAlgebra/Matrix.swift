import Glibc

/// A dense float32 matrix: row-major, contiguous, 64-byte aligned, uniquely owned.
///
/// It is move-only because weights and activations are hundreds of megabytes and a silent copy is
/// the failure to design out; `copy()` says when one is meant. Indices out of range are programmer
/// errors and stop the program; sizes that come from a file are checked before a matrix is made.
@safe
public struct Matrix: ~Copyable, @unchecked Sendable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  @usableFromInline let storage: UnsafeMutablePointer<Float>

  /// Creates a matrix of zeros.
  ///
  /// - Parameters:
  ///   - rows: Number of rows, at least 0.
  ///   - columns: Number of columns, at least 0.
  public init(rows: Int, columns: Int) {
    self.init(uninitializedRows: rows, columns: columns)
    unsafe storage.update(repeating: 0, count: rows * columns)
  }

  /// Creates a matrix whose elements have no particular value, for a buffer that is about to be
  /// overwritten.
  ///
  /// - Parameters:
  ///   - rows: Number of rows, at least 0.
  ///   - columns: Number of columns, at least 0.
  public init(uninitializedRows rows: Int, columns: Int) {
    precondition(rows >= 0 && columns >= 0, "negative size \(rows) x \(columns)")
    self.rows = rows
    self.columns = columns
    let byteCount = max(rows * columns * MemoryLayout<Float>.stride, 64)
    let raw = unsafe Self.allocate(byteCount)
    unsafe storage = raw.bindMemory(to: Float.self, capacity: max(rows * columns, 1))
  }

  /// Weights are read in strides that touch a page a row: large pages keep the processor from looking
  /// up thousands of them.
  private static func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    guard byteCount >= largePage else { return .allocate(byteCount: byteCount, alignment: 64) }
    // The last page is a large one too where that wastes no more than a quarter.
    let whole = (byteCount + largePage - 1) / largePage * largePage
    let size = whole - byteCount <= byteCount / 4 ? whole : byteCount
    let memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: largePage)
    // A wish: where the system does not grant it, pages are small.
    unsafe madvise(memory, size, MADV_HUGEPAGE)
    return unsafe memory
  }

  private static let largePage = 1 << 21

  /// Creates a matrix from its elements, row after row.
  ///
  /// - Parameters:
  ///   - rows: Number of rows.
  ///   - columns: Number of columns.
  ///   - elements: `rows * columns` values.
  public init(rows: Int, columns: Int, elements: [Float]) {
    precondition(
      elements.count == rows * columns, "\(elements.count) elements for \(rows) x \(columns)")
    self.init(uninitializedRows: rows, columns: columns)
    for index in elements.indices { unsafe storage[index] = elements[index] }
  }

  /// Creates a matrix of one row.
  ///
  /// - Parameter elements: Its elements.
  public init(row elements: [Float]) {
    self.init(rows: 1, columns: elements.count, elements: elements)
  }

  deinit { unsafe storage.deallocate() }

  /// Where the elements lie, to tell one matrix from another while both are there.
  var address: UInt { UInt(bitPattern: unsafe storage) }

  /// Number of elements.
  @inlinable public var count: Int { rows * columns }

  /// Moves the matrix out and leaves an empty one.
  ///
  /// - Returns: What was here.
  public mutating func take() -> Matrix {
    var taken = Matrix(rows: 0, columns: 0)
    swap(&taken, &self)
    return taken
  }

  /// A matrix of its own with the same elements.
  public func copy() -> Matrix {
    var result = Matrix(uninitializedRows: rows, columns: columns)
    result.assign(self)
    return result
  }

  /// One element.
  ///
  /// - Parameters:
  ///   - row: Row, from 0.
  ///   - column: Column, from 0.
  @inlinable public subscript(row: Int, column: Int) -> Float {
    get {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index out of range")
      return unsafe storage[row * columns + column]
    }
    set {
      precondition(row >= 0 && row < rows && column >= 0 && column < columns, "index out of range")
      unsafe storage[row * columns + column] = newValue
    }
  }

  /// All elements, row after row.
  public var elements: [Float] {
    unsafe Array(UnsafeBufferPointer(start: storage, count: count))
  }
}
