/// A B-tree of version 1: the index of a group's symbols or of a dataset's chunks.
///
/// Source: HDF5 File Format Specification, III.A.1 "Version 1 B-trees".
struct OldTree {
  let file: FileBytes
  /// 0 for groups, 1 for chunks.
  let type: UInt8
  /// Bytes of a key.
  let keyByteCount: Int

  /// All entries of the leaves from left to right: the key before a child, and the child's address.
  ///
  /// - Throws: `damaged`, also when a node is met twice.
  func entries(from root: Int) throws(HDF5Error) -> [(key: Cursor, child: Int)] {
    var entries: [(key: Cursor, child: Int)] = []
    var visited: Set<Int> = []
    var waiting: [(address: Int, level: Int?)] = [(root, nil)]
    while let (address, level) = waiting.popLast() {
      let node = try self.node(at: address)
      guard visited.insert(address).inserted, level ?? node.level == node.level else {
        throw file.damaged("B-tree", at: address, "leads in a circle")
      }
      if node.level == 0 {
        entries += node.entries
      } else {
        waiting += node.entries.reversed().map { ($0.child, node.level - 1) }
      }
    }
    return entries
  }

  private func node(at address: Int) throws(HDF5Error) -> (
    level: Int, entries: [(key: Cursor, child: Int)]
  ) {
    let headByteCount = 8 + 2 * file.addressWidth
    var head = try file.cursor(headByteCount, at: address, of: "B-tree")
    try head.expect("TREE", version: type)
    let level = Int(try head.byte())
    let count = try head.number(2)
    var body = try file.cursor(
      count * (keyByteCount + file.addressWidth), at: address + headByteCount, of: "B-tree")
    var entries: [(key: Cursor, child: Int)] = []
    for _ in 0..<count {
      let key = Cursor(try body.take(keyByteCount), of: "B-tree", at: address, in: file)
      entries.append((key, try body.requiredAddress()))
    }
    return (level, entries)
  }
}
