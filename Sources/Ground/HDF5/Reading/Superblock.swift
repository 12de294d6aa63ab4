/// Where a file's metadata begins: the sizes of its numbers and its root group.
///
/// Versions 0 and 1 are what HDF5 writes by default, 2 and 3 since 1.8 and 1.10 when asked.
/// Source: HDF5 File Format Specification, II.A "Superblock".
struct Superblock {
  let file: FileBytes
  /// Address of the root group's object header.
  let rootAddress: Int

  private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]
  /// Bytes of the longest superblock: version 1 with addresses and lengths of eight bytes.
  private static let largestByteCount = 100

  init(opening path: String) throws(HDF5Error) {
    let descriptor = try Descriptor(opening: path)
    let origin = try Self.origin(in: descriptor, path)
    let whole = FileBytes(
      descriptor, path: path, origin: origin, byteCount: descriptor.byteCount - origin,
      addressWidth: 8, lengthWidth: 8)
    var cursor = try whole.cursor(
      min(Self.largestByteCount, whole.byteCount), at: 0, of: "superblock")
    try cursor.skip(Self.signature.count)
    let version = try cursor.byte()
    let isOld = version < 2
    guard version <= 3 else { throw cursor.unsupported("superblock version \(version)") }
    if isOld { try cursor.skip(4) }
    let (addressWidth, lengthWidth) = (Int(try cursor.byte()), Int(try cursor.byte()))
    guard [2, 4, 8].contains(addressWidth), [2, 4, 8].contains(lengthWidth) else {
      throw cursor.damaged("has addresses of \(addressWidth) and lengths of \(lengthWidth) bytes")
    }
    try cursor.skip(isOld ? 1 + 4 + 4 : 1)
    if version == 1 { try cursor.skip(4) }
    // The base address may be stale after a user block was put before the file, as h5jam does.
    try cursor.skip(2 * addressWidth)
    guard let end = try cursor.optionalNumber(addressWidth) else {
      throw cursor.damaged("has no end of the file")
    }
    if isOld { try cursor.skip(addressWidth) }
    guard let root = try cursor.optionalNumber(addressWidth) else {
      throw cursor.damaged("has no root group")
    }
    if !isOld { try Self.requireChecksum(cursor, addressWidth) }
    // In the old versions the root group is a symbol table entry: a name's offset, then the header.
    rootAddress = isOld ? try cursor.number(addressWidth) : root
    // Where there is a user block, the end counts from the start of the file or of the superblock.
    guard end <= descriptor.byteCount else {
      throw .truncated(path: path, expected: end, found: descriptor.byteCount)
    }
    file = FileBytes(
      descriptor, path: path, origin: origin, byteCount: whole.byteCount,
      addressWidth: addressWidth, lengthWidth: lengthWidth)
  }

  private static func requireChecksum(_ cursor: Cursor, _ addressWidth: Int) throws(HDF5Error) {
    var checked = cursor
    try checked.requireChecksum()
  }

  /// The superblock is at the start or behind a user block, of 512 bytes or twice that and so on.
  private static func origin(in descriptor: Descriptor, _ path: String) throws(HDF5Error) -> Int {
    var origin = 0
    while origin <= descriptor.byteCount - signature.count {
      var bytes = signature
      let isRead = try unsafe bytes.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
        try unsafe descriptor.fill(UnsafeMutableRawBufferPointer(buffer), at: origin, path)
      }
      if isRead && bytes == signature { return origin }
      origin = origin == 0 ? 512 : origin * 2
    }
    throw .notHDF5(path: path)
  }
}
