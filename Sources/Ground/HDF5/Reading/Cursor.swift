/// Reads a structure of the file from its first byte on; it never leaves the structure.
///
/// All numbers of the format's metadata are little-endian.
struct Cursor {
  let file: FileBytes
  /// What is read and where it is, for errors.
  let structure: String
  let start: Int
  let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8], of structure: String, at address: Int, in file: FileBytes) {
    self.bytes = bytes
    self.structure = structure
    self.start = address
    self.file = file
  }

  var remaining: Int { bytes.count - position }

  func damaged(_ reason: String) -> HDF5Error { file.damaged(structure, at: start, reason) }

  func unsupported(_ feature: String) -> HDF5Error {
    .unsupported(path: file.path, feature: feature)
  }

  /// The next bytes.
  mutating func take(_ count: Int) throws(HDF5Error) -> [UInt8] {
    guard count >= 0, count <= remaining else { throw damaged("ends too early") }
    defer { position += count }
    return Array(bytes[position..<position + count])
  }

  mutating func skip(_ count: Int) throws(HDF5Error) { _ = try take(count) }

  /// Goes on at a multiple of eight bytes from a position.
  mutating func align(from start: Int) throws(HDF5Error) {
    try skip((8 - (position - start) % 8) % 8)
  }

  /// Bytes that must be there, such as a signature and a version.
  mutating func expect(_ signature: String, version: UInt8) throws(HDF5Error) {
    guard try take(signature.utf8.count).elementsEqual(signature.utf8) else {
      throw damaged("has no signature \(signature)")
    }
    guard try byte() == version else { throw damaged("is of another version") }
  }

  mutating func byte() throws(HDF5Error) -> UInt8 { try take(1)[0] }

  /// A number of up to eight bytes.
  mutating func bits(_ width: Int) throws(HDF5Error) -> UInt64 {
    guard (1...8).contains(width) else { throw damaged("has numbers of \(width) bytes") }
    var value: UInt64 = 0
    for byte in try take(width).reversed() { value = value << 8 | UInt64(byte) }
    return value
  }

  /// A number that must fit an `Int`.
  mutating func number(_ width: Int) throws(HDF5Error) -> Int {
    guard let value = Int(exactly: try bits(width)) else { throw damaged("has a number too large") }
    return value
  }

  /// A number, or nil where all its bits are set: an undefined address, an unlimited extent.
  mutating func optionalNumber(_ width: Int) throws(HDF5Error) -> Int? {
    let start = position
    if try take(width).allSatisfy({ $0 == 0xff }) { return nil }
    position = start
    return try number(width)
  }

  mutating func length() throws(HDF5Error) -> Int { try number(file.lengthWidth) }

  mutating func address() throws(HDF5Error) -> Int? { try optionalNumber(file.addressWidth) }

  mutating func requiredAddress() throws(HDF5Error) -> Int {
    guard let address = try address() else { throw damaged("has an undefined address") }
    return address
  }

  /// A name of known length, up to its first NUL.
  mutating func name(_ count: Int) throws(HDF5Error) -> [UInt8] {
    Array(try take(count).prefix { $0 != 0 })
  }

  /// Checks the checksum that follows what was read so far.
  mutating func requireChecksum() throws(HDF5Error) {
    let sum = Checksum.lookup3(bytes[..<position])
    guard try bits(4) == UInt64(sum) else { throw damaged("has a wrong checksum") }
  }
}
