import CHDF5
import Glibc

/// The strings of variable length in a file, read without the C library.
///
/// Such a string is stored as a reference (length, address of a collection, index in it), and the
/// library (1.10) trusts what it finds there: a damaged collection makes it write past its buffers
/// or loop for ever. So the references are read as they are and followed here, with every number
/// checked. All numbers are little-endian.
/// ```
/// collection  "GCOL", version 1 (1 byte), reserved (3), size of the whole (sizeof size)
/// object      index (2), reference count (2), reserved (4), size (sizeof size), data, padding to 8
///             index 0 is the free space at the end
/// ```
/// Source: HDF5 File Format Specification, III.E "Disk Format: Level 1E - Global Heap".
struct GlobalHeap {
  /// More than any reference needs: lengths and indices of 4 bytes and an address of 8.
  static let largestReference = 16
  private static let signature = Array("GCOL".utf8) + [1]

  /// Bytes of a reference.
  var referenceByteCount: Int { 4 + addressByteCount + 4 }

  private let path: String
  private let descriptor: Int32
  private let baseAddress: Int
  private let addressByteCount: Int
  private let sizeByteCount: Int
  /// Bytes of collections that may still be read: collections do not overlap.
  private var remainingBytes: Int
  private var collections: [Int: [Int: ArraySlice<UInt8>]] = [:]

  /// Prepares to follow references in the file of an object.
  ///
  /// - Parameter location: The object, and the path for errors.
  /// - Throws: `callFailed`; `unexpectedType` for addresses of unusual size.
  init(ofFileWith location: Location) throws(HDF5Error) {
    let path = location.path
    let file = try Handle("H5Iget_file_id", path, closingWith: H5Fclose) {
      H5Iget_file_id(location.id)
    }
    let fileID = file.id
    let properties = try Handle("H5Fget_create_plist", path, closingWith: H5Pclose) {
      H5Fget_create_plist(fileID)
    }
    let propertiesID = properties.id
    var (addressByteCount, sizeByteCount) = (0, 0)
    try call("H5Pget_sizes", path) {
      unsafe H5Pget_sizes(propertiesID, &addressByteCount, &sizeByteCount)
    }
    var userBlock: hsize_t = 0
    try call("H5Pget_userblock", path) { unsafe H5Pget_userblock(propertiesID, &userBlock) }
    var size: hsize_t = 0
    try call("H5Fget_filesize", path) { unsafe H5Fget_filesize(fileID, &size) }
    guard (2...8).contains(addressByteCount), (2...8).contains(sizeByteCount) else {
      throw .unexpectedType(
        path: path, expected: "addresses of at most 8 bytes", found: "\(addressByteCount)")
    }
    self.path = path
    self.addressByteCount = addressByteCount
    self.sizeByteCount = sizeByteCount
    descriptor = try Self.descriptor(of: fileID, path)
    baseAddress = Int(clamping: userBlock)
    remainingBytes = Int(clamping: size)
  }

  /// The string that a reference leads to.
  ///
  /// - Parameters:
  ///   - reference: As many bytes as `referenceByteCount`.
  ///   - index: Which string of the dataset it is, for the error.
  /// - Returns: The string.
  /// - Throws: `invalidText`, `callFailed` when the file cannot be read.
  mutating func text(_ reference: ArraySlice<UInt8>, index: Int) throws(HDF5Error) -> String {
    let length = reference.prefix(4).littleEndian
    let address = reference.dropFirst(4).prefix(addressByteCount).littleEndian
    if length == 0 || address == 0 { return "" }
    if collections[address] == nil { collections[address] = try readCollection(at: address) }
    guard let object = collections[address]?[reference.suffix(4).littleEndian],
      length <= object.count,
      let text = String(validating: object.prefix(length).prefix { $0 != 0 }, as: UTF8.self)
    else { throw .invalidText(path: path, index: index) }
    return text
  }

  /// The objects of a collection by their indices; none when it is damaged.
  private mutating func readCollection(at address: Int) throws(HDF5Error) -> [Int: ArraySlice<
    UInt8
  >] {
    let headerByteCount = Self.padded(8 + sizeByteCount)
    let header = try read(headerByteCount, at: address)
    let size = header.dropFirst(8).prefix(sizeByteCount).littleEndian
    guard header.starts(with: Self.signature), size >= headerByteCount, size <= remainingBytes
    else { return [:] }
    remainingBytes -= size
    return objects(try read(size, at: address).dropFirst(headerByteCount))
  }

  private func objects(_ body: ArraySlice<UInt8>) -> [Int: ArraySlice<UInt8>] {
    var objects: [Int: ArraySlice<UInt8>] = [:]
    var rest = body
    let headerByteCount = Self.padded(8 + sizeByteCount)
    while rest.count >= headerByteCount {
      let index = rest.prefix(2).littleEndian
      let size = rest.dropFirst(8).prefix(sizeByteCount).littleEndian
      rest = rest.dropFirst(headerByteCount)
      guard index != 0, size <= rest.count else { break }
      objects[index] = rest.prefix(size)
      rest = rest.dropFirst(Self.padded(size))
    }
    return objects
  }

  /// Bytes of the file; fewer when it ends before.
  private func read(_ count: Int, at address: Int) throws(HDF5Error) -> [UInt8] {
    let (offset, overflow) = baseAddress.addingReportingOverflow(address)
    if overflow { return [] }
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let result = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe pread(
          descriptor, buffer.baseAddress.map { unsafe $0 + filled }, count - filled,
          off_t(offset) &+ off_t(filled))
      }
      if result < 0 && errno == EINTR { continue }
      if result < 0 && errno != EINVAL {
        let frame = HDF5Error.Frame(function: "pread", description: "errno = \(errno)")
        throw .callFailed(operation: "pread", path: path, frames: [frame])
      }
      if result <= 0 { break }
      filled += result
    }
    return Array(bytes.prefix(filled))
  }

  private static func padded(_ byteCount: Int) -> Int { (byteCount + 7) & ~7 }

  private static func descriptor(of file: hid_t, _ path: String) throws(HDF5Error) -> Int32 {
    var handle: UnsafeMutableRawPointer?
    try call("H5Fget_vfd_handle", path) {
      unsafe H5Fget_vfd_handle(file, hid_t(H5P_DEFAULT), &handle)
    }
    guard let descriptor = unsafe handle?.load(as: Int32.self) else {
      throw .callFailed(operation: "H5Fget_vfd_handle", path: path, frames: [])
    }
    return descriptor
  }
}

extension GlobalHeap {
  /// Teaches the library that a string of variable length converts to opaque bytes: its reference
  /// just as it is in the file.
  ///
  /// Calls `H5Tregister`.
  static func registerReferences() -> herr_t {
    let text = H5Tcopy(suture_h5t_c_string())
    let reference = H5Tcreate(H5T_OPAQUE, largestReference)
    defer { _ = (H5Tclose(text), H5Tclose(reference)) }
    if text < 0 || reference < 0 || H5Tset_size(text, -1) < 0 { return -1 }
    return unsafe H5Tregister(
      H5T_PERS_SOFT, "reference to text", text, reference,
      { _, _, conversion, _, _, _, _, _, _ in
        unsafe conversion?.pointee.need_bkg = H5T_BKG_NO
        return 0
      })
  }
}

extension Sequence where Element == UInt8 {
  /// The bytes as a number, the least significant first; beyond `Int` the largest one.
  fileprivate var littleEndian: Int {
    var (value, shift) = (UInt64(0), UInt64(0))
    for byte in self {
      value |= UInt64(byte) << shift
      shift += 8
    }
    return Int(clamping: value)
  }
}
