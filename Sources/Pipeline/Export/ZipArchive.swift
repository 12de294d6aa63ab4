/// A ZIP archive of files stored as they are, written one after the other.
///
/// Every entry carries 64-bit sizes (ZIP64), so that there is one layout whatever the sizes are, and
/// a fixed date, so that equal content gives equal bytes. Source: PKWARE APPNOTE 6.3.
struct ZipArchive: ~Copyable {
  private struct Entry {
    var name: [UInt8]
    var offset: Int
    var contentOffset: Int
    var checksum = CRC32()
    var byteCount = 0
  }

  /// Version 4.5 of the format, for 64-bit sizes.
  private static let version: UInt16 = 45
  /// Names are UTF-8; not compressed; midnight of 1 January 1980.
  private static let flagsMethodTimeDate: [UInt16] = [0x0800, 0, 0, 0x0021]
  private static let inExtraField = UInt32.max

  private let path: String
  private var output: ExportOutput
  private var entries: [Entry] = []

  /// Creates an archive; a file of that name is overwritten.
  ///
  /// - Parameter path: Where.
  /// - Throws: `cannotCreate`.
  init(creating path: String) throws(ExportError) {
    output = try ExportOutput(creating: path)
    self.path = path
  }

  /// Begins a file.
  ///
  /// - Parameter name: Its name in the archive.
  /// - Throws: `writeFailed`; `unsupported` for a name beyond 65535 bytes.
  mutating func begin(_ name: String) throws(ExportError) {
    let name = Array(name.utf8)
    guard let nameByteCount = UInt16(exactly: name.count) else {
      throw .unsupported(path: path, format: "npz", reason: "a name of \(name.count) bytes")
    }
    let offset = output.byteCount
    var header = LittleEndian()
    header.append(0x0403_4b50 as UInt32)
    header.append(Self.version)
    for value in Self.flagsMethodTimeDate { header.append(value) }
    header.append(0 as UInt32)
    header.append(Self.inExtraField)
    header.append(Self.inExtraField)
    header.append(nameByteCount)
    header.append(20 as UInt16)
    try output.write(bytes: header.bytes + name)
    try output.write(bytes: Self.extraField([0, 0]))
    entries.append(Entry(name: name, offset: offset, contentOffset: output.byteCount))
  }

  /// Appends to the file that was begun.
  ///
  /// - Parameter bytes: Its next bytes.
  /// - Throws: `writeFailed`.
  mutating func append(_ bytes: [UInt8]) throws(ExportError) {
    entries[entries.count - 1].checksum.update(bytes)
    entries[entries.count - 1].byteCount += bytes.count
    try output.write(bytes: bytes)
  }

  /// Ends the file that was begun: only now its checksum and size are known.
  ///
  /// - Throws: `writeFailed`.
  mutating func end() throws(ExportError) {
    let entry = entries[entries.count - 1]
    var checksum = LittleEndian()
    checksum.append(entry.checksum.value)
    try output.overwrite(checksum.bytes, at: entry.offset + 14)
    let sizes = Self.extraField([entry.byteCount, entry.byteCount])
    try output.overwrite(sizes, at: entry.contentOffset - sizes.count)
  }

  /// Writes the list of files and closes the archive.
  ///
  /// - Throws: `writeFailed`.
  consuming func close() throws(ExportError) {
    let offset = output.byteCount
    for entry in entries { try output.write(bytes: Self.directoryHeader(entry)) }
    let end = output.byteCount
    try output.write(
      bytes: Self.trailer(entryCount: entries.count, directory: offset..<end))
    try output.close()
  }

  private static func extraField(_ values: [Int]) -> [UInt8] {
    var field = LittleEndian()
    field.append(1 as UInt16)
    field.append(UInt16(8 * values.count))
    for value in values { field.append(UInt64(value)) }
    return field.bytes
  }

  private static func directoryHeader(_ entry: Entry) -> [UInt8] {
    var header = LittleEndian()
    header.append(0x0201_4b50 as UInt32)
    header.append(version)
    header.append(version)
    for value in flagsMethodTimeDate { header.append(value) }
    header.append(entry.checksum.value)
    header.append(inExtraField)
    header.append(inExtraField)
    header.append(UInt16(entry.name.count))
    header.append(28 as UInt16)
    // No comment, first disk, no attributes.
    for _ in 0..<5 { header.append(0 as UInt16) }
    header.append(inExtraField)
    return header.bytes + entry.name
      + extraField([entry.byteCount, entry.byteCount, entry.offset])
  }

  private static let comment = "suture-export"

  private static func trailer(entryCount: Int, directory: Range<Int>) -> [UInt8] {
    var trailer = LittleEndian()
    trailer.append(0x0606_4b50 as UInt32)
    trailer.append(44 as UInt64)
    trailer.append(version)
    trailer.append(version)
    trailer.append(0 as UInt64)
    for value in [entryCount, entryCount, directory.count, directory.lowerBound] {
      trailer.append(UInt64(value))
    }
    trailer.append(0x0706_4b50 as UInt32)
    trailer.append(0 as UInt32)
    trailer.append(UInt64(directory.upperBound))
    trailer.append(1 as UInt32)
    trailer.append(0x0605_4b50 as UInt32)
    trailer.append(0 as UInt32)
    trailer.append(UInt32.max)
    trailer.append(inExtraField)
    trailer.append(inExtraField)
    // A comment tells later runs that this archive is ours to replace.
    trailer.append(UInt16(comment.utf8.count))
    return trailer.bytes + comment.utf8
  }
}

/// Bytes of numbers, the least significant first.
struct LittleEndian {
  private(set) var bytes: [UInt8] = []

  /// Appends a number.
  mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

/// The checksum of ZIP: polynomial 0xEDB88320, reflected.
struct CRC32 {
  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in
      value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1
    }
  }

  private var state = UInt32.max

  /// The checksum of all bytes so far.
  var value: UInt32 { ~state }

  /// Takes in more bytes.
  mutating func update(_ bytes: [UInt8]) {
    let table = Self.table
    for byte in bytes {
      state = table[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8
    }
  }
}
