/// The layout message: where the elements of a dataset are.
///
/// Source: HDF5 File Format Specification, IV.A.2.i "Data Layout", versions 3 to 5.
enum StorageLayout {
  /// In the object header.
  case compact([UInt8])
  /// In one piece; without an address nothing was ever written.
  case contiguous(address: Int?, byteCount: Int)
  /// In pieces of equal extents.
  case chunked(Chunking)
  /// In other files.
  case elsewhere

  /// Chunks: their extents, the bytes of an element, and the index that finds them.
  struct Chunking {
    let extents: [Int]
    let elementByteCount: Int
    let index: Index
    /// Nil when no chunk was ever written.
    let address: Int?
    /// Whether chunks that stick out of the dataset are stored without filters.
    let leavesEdgesUnfiltered: Bool

    /// Bytes of a whole chunk.
    var byteCount: Int { Extents.product(extents + [elementByteCount]) }
  }

  enum Index {
    case oldTree
    case single(filtered: (byteCount: Int, mask: Int)?)
    case implicit
    case fixedArray
    case extensibleArray
    case newTree
  }

  init(_ message: Cursor) throws(HDF5Error) {
    var cursor = message
    let version = try cursor.byte()
    guard (3...5).contains(version) else {
      throw cursor.unsupported("data layouts of version \(version)")
    }
    switch try cursor.byte() {
    case 0: self = .compact(try cursor.take(try cursor.number(2)))
    case 1:
      self = .contiguous(address: try cursor.address(), byteCount: try cursor.length())
    case 2:
      self = .chunked(
        version == 3 ? try Self.oldChunking(&cursor) : try Self.newChunking(&cursor))
    case 3: self = .elsewhere
    default: throw cursor.damaged("is of an unknown class")
    }
  }

  private static func oldChunking(_ cursor: inout Cursor) throws(HDF5Error) -> Chunking {
    let rank = Int(try cursor.byte())
    let address = try cursor.address()
    let sizes = try sizes(&cursor, rank, width: 4)
    return Chunking(
      extents: Array(sizes.dropLast()), elementByteCount: sizes[rank - 1], index: .oldTree,
      address: address, leavesEdgesUnfiltered: false)
  }

  private static func newChunking(_ cursor: inout Cursor) throws(HDF5Error) -> Chunking {
    let flags = try cursor.byte()
    let rank = Int(try cursor.byte())
    let width = Int(try cursor.byte())
    let sizes = try sizes(&cursor, rank, width: width)
    let index: Index
    switch try cursor.byte() {
    case 1:
      index = .single(
        filtered: flags & 2 != 0 ? (try cursor.length(), try cursor.number(4)) : nil)
    case 2: index = .implicit
    case 3:
      try cursor.skip(1)
      index = .fixedArray
    case 4:
      try cursor.skip(5)
      index = .extensibleArray
    case 5:
      try cursor.skip(6)
      index = .newTree
    default: throw cursor.damaged("has chunks in an unknown index")
    }
    return Chunking(
      extents: Array(sizes.dropLast()), elementByteCount: sizes[rank - 1], index: index,
      address: try cursor.address(), leavesEdgesUnfiltered: flags & 1 != 0)
  }

  /// The extents of a chunk and, last, the bytes of an element.
  private static func sizes(_ cursor: inout Cursor, _ rank: Int, width: Int) throws(HDF5Error)
    -> [Int]
  {
    guard (2...33).contains(rank) else { throw cursor.damaged("has chunks of rank \(rank - 1)") }
    var sizes: [Int] = []
    for _ in 0..<rank { sizes.append(try cursor.number(width)) }
    guard !sizes.contains(0) else { throw cursor.damaged("has chunks without elements") }
    return sizes
  }
}
