/// The heap that holds the links or attributes of an object with many of them.
///
/// Its space is divided into blocks whose sizes double from row to row, a table of `width` columns.
/// Source: HDF5 File Format Specification, III.G "Fractal Heap".
struct FractalHeap {
  private let file: FileBytes
  private let address: Int
  private let width: Int
  private let startByteCount: Int
  private let largestDirect: Int
  private let offsetWidth: Int
  private let objectLengthWidth: Int
  private let root: Int?
  private let rootRows: Int
  private let hugeTree: Int?

  /// Reads the header.
  ///
  /// - Throws: `damaged`, `unsupported` when the heap is compressed.
  init(at address: Int, in file: FileBytes) throws(HDF5Error) {
    let (a, l) = (file.addressWidth, file.lengthWidth)
    let count = 4 + 1 + 2 + 2 + 1 + 4 + l + a + l + a + 8 * l + 2 + 2 * l + 2 + 2 + a + 2 + 4
    var cursor = try file.cursor(count, at: address, of: "fractal heap")
    try cursor.expect("FRHP", version: 0)
    try cursor.skip(2)
    let filterByteCount = try cursor.number(2)
    try cursor.skip(1)
    let largestManaged = try cursor.number(4)
    try cursor.skip(l)
    hugeTree = try cursor.address()
    try cursor.skip(l + a + 8 * l)
    width = try cursor.number(2)
    startByteCount = try cursor.length()
    largestDirect = try cursor.length()
    let spaceBits = try cursor.number(2)
    try cursor.skip(2)
    root = try cursor.address()
    rootRows = try cursor.number(2)
    if filterByteCount > 0 { throw cursor.unsupported("a compressed heap of links or attributes") }
    try cursor.requireChecksum()
    guard width.isPowerOfTwo, startByteCount.isPowerOfTwo, largestDirect.isPowerOfTwo,
      startByteCount <= largestDirect, largestDirect <= 1 << 32, (1...62).contains(spaceBits),
      rootRows <= 64
    else { throw cursor.damaged("has impossible sizes") }
    offsetWidth = (spaceBits + 7) / 8
    objectLengthWidth = min(
      (largestDirect.trailingZeroBitCount + 7) / 8, NewTree.width(of: largestManaged))
    self.file = file
    self.address = address
  }

  /// The object that an identifier leads to.
  ///
  /// - Throws: `damaged`.
  func object(_ identifier: Cursor) throws(HDF5Error) -> Cursor {
    var cursor = identifier
    let flags = try cursor.byte()
    switch flags >> 4 & 3 {
    case 0:
      let offset = try cursor.number(offsetWidth)
      let length = try cursor.number(objectLengthWidth)
      return try managed(length, at: offset)
    case 1: return try huge(try cursor.bits(min(cursor.remaining, file.lengthWidth)))
    case 2:
      let length = Int(flags & 15) + 1
      return Cursor(try cursor.take(length), of: "heap object", at: address, in: file)
    default: throw cursor.damaged("has an unknown type")
    }
  }

  private func managed(_ length: Int, at offset: Int) throws(HDF5Error) -> Cursor {
    guard let root else { throw file.damaged("fractal heap", at: address, "is empty") }
    var (place, rest, rows) = (root, offset, rootRows)
    var size = startByteCount
    while rows > 0 {
      let entry = try child(of: place, containing: rest, rows: rows)
      (place, rest, size, rows) = (entry.address, entry.rest, entry.size, entry.rows)
    }
    guard rest >= 0, rest <= size, length <= size - rest else {
      throw file.damaged("fractal heap", at: address, "has an object outside its block")
    }
    var head = try file.cursor(5, at: place, of: "fractal heap block")
    try head.expect("FHDB", version: 0)
    return try file.cursor(length, at: place + rest, of: "heap object")
  }

  /// The entry of an indirect block for an offset; no rows when it is a direct block.
  private func child(of place: Int, containing offset: Int, rows: Int) throws(HDF5Error) -> (
    address: Int, rest: Int, size: Int, rows: Int
  ) {
    var (start, row) = (0, 0)
    while row < rows {
      let size = try rowSize(row)
      let next = start + size * width
      if offset < next {
        let column = (offset - start) / size
        var head = try file.cursor(5, at: place, of: "fractal heap table")
        try head.expect("FHIB", version: 0)
        let entry = place + 5 + file.addressWidth + offsetWidth
        var pointer = try file.cursor(
          file.addressWidth, at: entry + (row * width + column) * file.addressWidth,
          of: "fractal heap table")
        let childRows =
          size <= largestDirect
          ? 0 : size.trailingZeroBitCount - (startByteCount * width).trailingZeroBitCount + 1
        return (
          try pointer.requiredAddress(), offset - start - column * size, size, max(childRows, 0)
        )
      }
      start = next
      row += 1
    }
    throw file.damaged("fractal heap", at: address, "has an object outside its blocks")
  }

  /// Bytes of the blocks of a row: the first two rows have the smallest, then they double.
  private func rowSize(_ row: Int) throws(HDF5Error) -> Int {
    let shift = max(row - 1, 0)
    guard
      startByteCount.trailingZeroBitCount + shift + width.trailingZeroBitCount < 60
    else { throw file.damaged("fractal heap", at: address, "has impossible sizes") }
    return startByteCount << shift
  }

  /// An object too large for the blocks, which a B-tree of its own finds by its number.
  private func huge(_ number: UInt64) throws(HDF5Error) -> Cursor {
    guard let hugeTree else { throw file.damaged("fractal heap", at: address, "is damaged") }
    for record in try NewTree(at: hugeTree, of: 1, in: file).records() {
      var record = record
      let place = try record.requiredAddress()
      let length = try record.length()
      if try record.bits(file.lengthWidth) == number {
        return try file.cursor(length, at: place, of: "heap object")
      }
    }
    throw file.damaged("fractal heap", at: address, "has no object of that number")
  }
}

extension Int {
  fileprivate var isPowerOfTwo: Bool { self > 0 && self & (self - 1) == 0 }
}
