/// An array of chunks by their numbers: of fixed length, or extensible in one dimension.
///
/// ```
/// fixed       header -> data block, in pages when it is long
/// extensible  header -> index block: the first elements, the addresses of the first data blocks,
///                       the addresses of super blocks, which hold those of further data blocks
/// ```
/// Super block u has 2^(u / 2) data blocks of 2^((u + 1) / 2) times the smallest length.
/// Source: HDF5 File Format Specification, III.H "Fixed Array", III.I "Extensible Array".
struct ChunkArray {
  /// So that places can be computed without overflow.
  private static let largestNumber = 1 << 40

  private let file: FileBytes
  private let headerAddress: Int
  private let isFiltered: Bool
  private let isExtensible: Bool
  private let elementByteCount: Int
  private let pageLength: Int
  private let blockAddress: Int?
  /// Elements of a fixed array; bits of an element's number in an extensible one.
  private let capacity: Int
  private var firstCount = 0
  private var smallestLength = 1
  private var smallestPointerCount = 1

  init(fixedAt address: Int, isFiltered: Bool, in file: FileBytes) throws(HDF5Error) {
    var cursor = try file.cursor(
      8 + file.lengthWidth + file.addressWidth + 4, at: address, of: "fixed array")
    try cursor.expect("FAHD", version: 0)
    try Self.requireClient(&cursor, isFiltered)
    elementByteCount = Int(try cursor.byte())
    let pageBits = Int(try cursor.byte())
    capacity = try cursor.length()
    blockAddress = try cursor.address()
    try cursor.requireChecksum()
    guard pageBits < 60 else { throw cursor.damaged("has pages of impossible size") }
    pageLength = 1 << pageBits
    isExtensible = false
    (self.file, headerAddress, self.isFiltered) = (file, address, isFiltered)
    try requireElementSize()
  }

  init(extensibleAt address: Int, isFiltered: Bool, in file: FileBytes) throws(HDF5Error) {
    var cursor = try file.cursor(
      12 + 6 * file.lengthWidth + file.addressWidth + 4, at: address, of: "extensible array")
    try cursor.expect("EAHD", version: 0)
    try Self.requireClient(&cursor, isFiltered)
    elementByteCount = Int(try cursor.byte())
    capacity = Int(try cursor.byte())
    firstCount = Int(try cursor.byte())
    smallestLength = Int(try cursor.byte())
    smallestPointerCount = Int(try cursor.byte())
    let pageBits = Int(try cursor.byte())
    try cursor.skip(6 * file.lengthWidth)
    blockAddress = try cursor.address()
    try cursor.requireChecksum()
    guard pageBits < 60, capacity <= 62, smallestLength.nonzeroBitCount == 1,
      smallestPointerCount.nonzeroBitCount == 1
    else { throw cursor.damaged("has blocks of impossible size") }
    pageLength = 1 << pageBits
    isExtensible = true
    (self.file, headerAddress, self.isFiltered) = (file, address, isFiltered)
    try requireElementSize()
  }

  /// The chunk of a number, or nil when it was never written.
  ///
  /// - Throws: `damaged`.
  func entry(_ number: Int, unfilteredByteCount: Int) throws(HDF5Error) -> ChunkIndex.Entry? {
    guard number < Self.largestNumber else {
      throw file.damaged("chunk array", at: headerAddress, "has too many chunks")
    }
    guard let place = try place(of: number) else { return nil }
    var cursor = try file.cursor(elementByteCount, at: place, of: "chunk array")
    guard let address = try cursor.address() else { return nil }
    guard isFiltered else {
      return ChunkIndex.Entry(address: address, byteCount: unfilteredByteCount, mask: 0)
    }
    let byteCount = try cursor.number(cursor.remaining - 4)
    return ChunkIndex.Entry(address: address, byteCount: byteCount, mask: try cursor.number(4))
  }

  private static func requireClient(_ cursor: inout Cursor, _ isFiltered: Bool) throws(HDF5Error) {
    guard try cursor.byte() == (isFiltered ? 1 : 0) else {
      throw cursor.damaged("is not that of a dataset with these filters")
    }
  }

  private func requireElementSize() throws(HDF5Error) {
    let width = elementByteCount - file.addressWidth - (isFiltered ? 4 : 0)
    guard isFiltered ? (1...8).contains(width) : width == 0 else {
      throw file.damaged("chunk array", at: headerAddress, "has elements of impossible size")
    }
  }

  private func place(of number: Int) throws(HDF5Error) -> Int? {
    guard let blockAddress else { return nil }
    guard isExtensible else {
      guard number < capacity else { return nil }
      return try fixedPlace(number, in: blockAddress)
    }
    return try extensiblePlace(number, in: blockAddress)
  }

  private func fixedPlace(_ number: Int, in block: Int) throws(HDF5Error) -> Int? {
    let prefix = 6 + file.addressWidth
    try require("FADB", at: block)
    guard capacity > pageLength else { return block + prefix + number * elementByteCount }
    let pageCount = (capacity - 1) / pageLength + 1
    let flags = (pageCount - 1) / 8 + 1
    let page = number / pageLength
    guard try bit(page, at: block + prefix) else { return nil }
    return try pagePlace(page, number % pageLength, from: block + prefix + flags + 4)
  }

  private func extensiblePlace(_ number: Int, in index: Int) throws(HDF5Error) -> Int? {
    try require("EAIB", at: index)
    let elements = index + 6 + file.addressWidth
    if number < firstCount { return elements + number * elementByteCount }
    let pointers = elements + firstCount * elementByteCount
    let rest = number - firstCount
    let level = Int.bitWidth - 1 - (rest / smallestLength + 1).leadingZeroBitCount
    let start = ((1 << level) - 1) * smallestLength
    let length = (1 << ((level + 1) / 2)) * smallestLength
    let block = (rest - start) / length
    let directLevels = 2 * smallestPointerCount.trailingZeroBitCount
    if level < directLevels {
      // Data blocks of all levels before: each level u has 2^(u / 2).
      let before = (0..<level).reduce(0) { $0 + 1 << ($1 / 2) }
      return try blockPlace(
        pointer: pointers + (before + block) * file.addressWidth, (rest - start) % length, length)
    }
    let superPointers = pointers + 2 * (smallestPointerCount - 1) * file.addressWidth
    guard
      let superBlock = try pointer(
        at: superPointers + (level - directLevels) * file.addressWidth)
    else { return nil }
    try require("EASB", at: superBlock)
    let flags = superBlock + 6 + file.addressWidth + offsetWidth
    let pageCount = length > pageLength ? length / pageLength : 0
    let flagByteCount = (pageCount + 7) / 8 << (level / 2)
    let element = (rest - start) % length
    if pageCount > 0, try !bit(block * pageCount + element / pageLength, at: flags) { return nil }
    return try blockPlace(
      pointer: flags + flagByteCount + block * file.addressWidth, element, length)
  }

  /// Bytes of a block's offset in the array.
  private var offsetWidth: Int { (capacity + 7) / 8 }

  private func blockPlace(pointer place: Int, _ element: Int, _ length: Int) throws(HDF5Error)
    -> Int?
  {
    guard let block = try pointer(at: place) else { return nil }
    try require("EADB", at: block)
    let elements = block + 6 + file.addressWidth + offsetWidth
    guard length > pageLength else { return elements + element * elementByteCount }
    return try pagePlace(element / pageLength, element % pageLength, from: elements + 4)
  }

  /// Pages follow each other, each with a checksum.
  private func pagePlace(_ page: Int, _ element: Int, from start: Int) throws(HDF5Error) -> Int {
    let byteCount = Extents.product([pageLength, elementByteCount])
    let offset = Extents.product([page, byteCount < .max - 4 ? byteCount + 4 : .max])
    try file.require(offset, at: start, of: "chunk array")
    return start + offset + element * elementByteCount
  }

  private func pointer(at place: Int) throws(HDF5Error) -> Int? {
    var cursor = try file.cursor(file.addressWidth, at: place, of: "chunk array")
    return try cursor.address()
  }

  private func require(_ signature: String, at address: Int) throws(HDF5Error) {
    var cursor = try file.cursor(6 + file.addressWidth, at: address, of: "chunk array")
    try cursor.expect(signature, version: 0)
    try cursor.skip(1)
    guard try cursor.address() == headerAddress else {
      throw cursor.damaged("belongs to another array")
    }
  }

  private func bit(_ number: Int, at place: Int) throws(HDF5Error) -> Bool {
    let byte = try file.read(1, at: place + number / 8, of: "chunk array")[0]
    return byte & (0x80 >> (number % 8)) != 0
  }
}
