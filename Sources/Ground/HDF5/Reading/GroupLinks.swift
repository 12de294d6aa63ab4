/// The links of a group by their names.
///
/// Groups as HDF5 writes them by default keep symbols in a B-tree, newer ones keep link messages in
/// their header or, when there are many, in a heap.
enum GroupLinks {
  enum Target: Equatable {
    case object(address: Int)
    case path([UInt8])
    /// Another file, which is never opened.
    case elsewhere
  }

  /// Reads them all.
  ///
  /// - Throws: `damaged`.
  static func read(_ header: ObjectHeader) throws(HDF5Error) -> [[UInt8]: Target] {
    var links: [[UInt8]: Target] = [:]
    if let table = try header.message(.symbolTable) { try readSymbols(table, into: &links) }
    for message in try header.messages(.link) { try readLink(message, into: &links) }
    if let info = try header.message(.linkInfo) {
      for message in try stored(info, header.file) { try readLink(message, into: &links) }
    }
    return links
  }

  /// Link messages in the heap.
  private static func stored(_ info: Cursor, _ file: FileBytes) throws(HDF5Error) -> [Cursor] {
    var cursor = info
    guard try cursor.byte() == 0 else { throw cursor.damaged("is of another version") }
    if try cursor.byte() & 1 != 0 { try cursor.skip(8) }
    guard let heapAddress = try cursor.address(), let names = try cursor.address() else {
      return []
    }
    let heap = try FractalHeap(at: heapAddress, in: file)
    return try NewTree(at: names, of: 5, in: file).records().map { (record) throws(HDF5Error) in
      var record = record
      try record.skip(4)
      return try heap.object(
        Cursor(
          try record.take(record.remaining), of: "link record", at: record.start, in: file))
    }
  }

  private static func readLink(_ message: Cursor, into links: inout [[UInt8]: Target])
    throws(HDF5Error)
  {
    var cursor = message
    guard try cursor.byte() == 1 else { throw cursor.damaged("is of another version") }
    let flags = try cursor.byte()
    let type = flags & 8 != 0 ? try cursor.byte() : 0
    try cursor.skip((flags & 4 != 0 ? 8 : 0) + (flags & 16 != 0 ? 1 : 0))
    let name = try cursor.take(try cursor.number(1 << Int(flags & 3)))
    switch type {
    case 0: links[name] = .object(address: try cursor.requiredAddress())
    case 1: links[name] = .path(try cursor.name(try cursor.number(2)))
    default: links[name] = .elsewhere
    }
  }

  private static func readSymbols(_ message: Cursor, into links: inout [[UInt8]: Target])
    throws(HDF5Error)
  {
    var cursor = message
    let file = cursor.file
    let root = try cursor.requiredAddress()
    let names = try LocalHeap(at: try cursor.requiredAddress(), in: file)
    let tree = OldTree(file: file, type: 0, keyByteCount: file.lengthWidth)
    var visited: Set<Int> = []
    for (_, address) in try tree.entries(from: root) {
      guard visited.insert(address).inserted else {
        throw file.damaged("symbol table", at: address, "is there twice")
      }
      var head = try file.cursor(8, at: address, of: "symbol table")
      try head.expect("SNOD", version: 1)
      try head.skip(1)
      let count = try head.number(2)
      let entryByteCount = 2 * file.addressWidth + 24
      var body = try file.cursor(
        count * entryByteCount, at: address + 8, of: "symbol table")
      for _ in 0..<count {
        let name = try names.text(at: try body.number(file.addressWidth))
        let object = try body.address()
        let type = try body.number(4)
        try body.skip(4)
        let path = try body.number(4)
        try body.skip(12)
        if type == 2 {
          links[name] = .path(try names.text(at: path))
        } else if let object {
          links[name] = .object(address: object)
        }
      }
    }
  }
}

/// The names of a group's symbols.
///
/// Source: HDF5 File Format Specification, III.D "Local Heaps".
private struct LocalHeap {
  private let data: Cursor

  init(at address: Int, in file: FileBytes) throws(HDF5Error) {
    var cursor = try file.cursor(
      8 + 2 * file.lengthWidth + file.addressWidth, at: address, of: "local heap")
    try cursor.expect("HEAP", version: 0)
    try cursor.skip(3)
    let count = try cursor.length()
    try cursor.skip(file.lengthWidth)
    data = try file.cursor(count, at: try cursor.requiredAddress(), of: "local heap")
  }

  /// The text that ends with a NUL.
  func text(at offset: Int) throws(HDF5Error) -> [UInt8] {
    guard offset < data.bytes.count, let end = data.bytes[offset...].firstIndex(of: 0) else {
      throw data.damaged("has a name outside it")
    }
    return Array(data.bytes[offset..<end])
  }
}
