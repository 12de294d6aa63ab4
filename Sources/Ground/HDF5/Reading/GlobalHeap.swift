/// The strings of variable length in a file.
///
/// Such a string is stored as a reference: length, address of a collection, index in it.
/// ```
/// collection  "GCOL", version 1 (1 byte), reserved (3), size of the whole (sizeof size)
/// object      index (2), reference count (2), reserved (4), size (sizeof size), data, padding to 8
///             index 0 is the free space at the end
/// ```
/// Source: HDF5 File Format Specification, III.E "Global Heap".
struct GlobalHeap {
  private let file: FileBytes
  private let path: String
  private var collections: [Int: [Int: ArraySlice<UInt8>]] = [:]
  /// Bytes of collections that may still be read: collections do not overlap.
  private var unread: Int
  /// Bytes of strings that may still be made.
  ///
  /// HDF5 writes each string once, so that all of them together fit into the file; a hundred thousand references to one long string do not.
  private var unmade: Int

  init(_ file: FileBytes, path: String) {
    self.file = file
    self.path = path
    unread = file.byteCount
    unmade = file.byteCount
  }

  /// The string that a reference leads to.
  ///
  /// - Parameters:
  ///   - reference: The bytes of an element.
  ///   - index: Which string of the dataset it is, for the error.
  /// - Returns: The string.
  /// - Throws: `invalidText`, `implausibleSize`, `callFailed` when the file cannot be read.
  mutating func text(_ reference: ArraySlice<UInt8>, index: Int) throws(HDF5Error) -> String {
    var cursor = Cursor(Array(reference), of: "reference to text", at: 0, in: file)
    let length = try cursor.number(4)
    guard length > 0, let address = try cursor.address(), address != 0 else { return "" }
    if collections[address] == nil { collections[address] = try readCollection(at: address) }
    guard let object = collections[address]?[try cursor.number(4)], length <= object.count,
      let text = String(validating: object.prefix(length).prefix { $0 != 0 }, as: UTF8.self)
    else { throw .invalidText(path: path, index: index) }
    unmade -= length
    guard unmade >= 0 else {
      throw .implausibleSize(
        path: path, bytes: file.byteCount - unmade, limit: file.byteCount)
    }
    return text
  }

  /// The objects of a collection by their indices; none when it is damaged.
  private mutating func readCollection(at address: Int) throws(HDF5Error) -> [Int: ArraySlice<
    UInt8
  >] {
    let headByteCount = Self.padded(8 + file.lengthWidth)
    do throws(HDF5Error) {
      var head = try file.cursor(headByteCount, at: address, of: "global heap")
      try head.expect("GCOL", version: 1)
      try head.skip(3)
      let size = try head.length()
      guard size >= headByteCount, size <= unread else { return [:] }
      unread -= size
      return objects(
        try file.read(size, at: address, of: "global heap").dropFirst(headByteCount))
    } catch .damaged {
      return [:]
    }
  }

  private func objects(_ body: ArraySlice<UInt8>) -> [Int: ArraySlice<UInt8>] {
    var objects: [Int: ArraySlice<UInt8>] = [:]
    var rest = body
    let headByteCount = Self.padded(8 + file.lengthWidth)
    while rest.count >= headByteCount {
      var head = Cursor(
        Array(rest.prefix(headByteCount)), of: "global heap", at: 0, in: file)
      guard let index = try? head.number(2), (try? head.skip(6)) != nil,
        let size = try? head.length()
      else { break }
      rest = rest.dropFirst(headByteCount)
      guard index != 0, size <= rest.count else { break }
      objects[index] = rest.prefix(size)
      rest = rest.dropFirst(Self.padded(size))
    }
    return objects
  }

  private static func padded(_ byteCount: Int) -> Int { (byteCount + 7) & ~7 }
}
