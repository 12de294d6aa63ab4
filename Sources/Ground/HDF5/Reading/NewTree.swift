/// A B-tree of version 2: the index of links, attributes, chunks and huge objects.
///
/// Source: HDF5 File Format Specification, III.A.2 "Version 2 B-trees".
struct NewTree {
  private let file: FileBytes
  private let type: UInt8
  private let nodeByteCount: Int
  private let recordByteCount: Int
  private let depth: Int
  private let root: Int?
  private let rootCount: Int
  /// Widths of the numbers of records below a node, by its depth; that of one node, everywhere.
  private let totalWidths: [Int]
  private let countWidth: Int

  private static let overhead = 10

  /// Reads the header.
  ///
  /// - Throws: `damaged`; also when the records are of another type.
  init(at address: Int, of type: UInt8, in file: FileBytes) throws(HDF5Error) {
    let count = 4 + 2 + 4 + 2 + 2 + 2 + file.addressWidth + 2 + file.lengthWidth + 4
    var cursor = try file.cursor(count, at: address, of: "B-tree header")
    try cursor.expect("BTHD", version: 0)
    guard try cursor.byte() == type else { throw cursor.damaged("has records of another type") }
    nodeByteCount = try cursor.number(4)
    recordByteCount = try cursor.number(2)
    depth = try cursor.number(2)
    try cursor.skip(2)
    root = try cursor.address()
    rootCount = try cursor.number(2)
    try cursor.skip(file.lengthWidth)
    try cursor.requireChecksum()
    guard recordByteCount > 0, nodeByteCount <= file.byteCount, depth < 16,
      nodeByteCount > Self.overhead + recordByteCount
    else { throw cursor.damaged("has nodes of impossible size") }
    var largest = (nodeByteCount - Self.overhead) / recordByteCount
    countWidth = Self.width(of: largest)
    var totals = [0]
    var below = largest
    for _ in 0..<depth {
      let pointer = file.addressWidth + countWidth + (totals.last ?? 0)
      largest = (nodeByteCount - Self.overhead - pointer) / (recordByteCount + pointer)
      guard largest > 0 else { throw cursor.damaged("has nodes of impossible size") }
      let (product, overflow) = (largest + 1).multipliedReportingOverflow(by: below)
      guard !overflow, product < 1 << 60 else { throw cursor.damaged("is too deep") }
      below = product + largest
      totals.append(Self.width(of: below))
    }
    totalWidths = totals
    self.file = file
    self.type = type
  }

  /// All records, in no particular order.
  ///
  /// - Throws: `damaged`, also when a node is met twice.
  func records() throws(HDF5Error) -> [Cursor] {
    guard let root else { return [] }
    var records: [Cursor] = []
    var visited: Set<Int> = []
    var waiting = [(address: root, count: rootCount, depth: depth)]
    while let (address, count, depth) = waiting.popLast() {
      guard visited.insert(address).inserted else {
        throw file.damaged("B-tree", at: address, "leads in a circle")
      }
      let pointer = depth == 0 ? 0 : file.addressWidth + countWidth + totalWidths[depth - 1]
      let used = 6 + count * recordByteCount + (depth == 0 ? 0 : (count + 1) * pointer) + 4
      guard used <= nodeByteCount else {
        throw file.damaged("B-tree", at: address, "has more records than fit")
      }
      var node = try file.cursor(used, at: address, of: "B-tree")
      try node.expect(depth == 0 ? "BTLF" : "BTIN", version: 0)
      guard try node.byte() == type else { throw node.damaged("has records of another type") }
      for _ in 0..<count {
        records.append(
          Cursor(try node.take(recordByteCount), of: "B-tree record", at: address, in: file))
      }
      for _ in 0..<(depth == 0 ? 0 : count + 1) {
        let child = try node.requiredAddress()
        let childCount = try node.number(countWidth)
        try node.skip(totalWidths[depth - 1])
        waiting.append((child, childCount, depth - 1))
      }
      try node.requireChecksum()
    }
    return records
  }

  /// Bytes that a number up to a limit takes.
  static func width(of limit: Int) -> Int {
    (max(limit, 1).bitWidth - 1 - max(limit, 1).leadingZeroBitCount) / 8 + 1
  }
}
