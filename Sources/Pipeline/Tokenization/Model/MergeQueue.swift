/// The merges that may be done next, lowest rank first and leftmost first of one rank.
///
/// A heap with four children a node, which touches less memory than a binary one.
struct MergeQueue {
  private var entries: [UInt64] = []  // rank << 32 | position

  mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  mutating func insert(rank: UInt32, position: Int) {
    let entry = UInt64(rank) << 32 | UInt64(position)
    var index = entries.count
    entries.append(entry)
    while index > 0, entry < entries[(index - 1) / 4] {
      entries[index] = entries[(index - 1) / 4]
      index = (index - 1) / 4
    }
    entries[index] = entry
  }

  mutating func removeFirst() -> (rank: UInt32, position: Int)? {
    guard let first = entries.first, let last = entries.popLast() else { return nil }
    if !entries.isEmpty { sink(last) }
    return (UInt32(first >> 32), Int(first & 0xffff_ffff))
  }

  /// Puts an entry where the first one was and lets it sink to its place.
  private mutating func sink(_ entry: UInt64) {
    var index = 0
    while index * 4 + 1 < entries.count {
      var least = index * 4 + 1
      for child in (least + 1)..<min(least + 4, entries.count) where entries[child] < entries[least]
      {
        least = child
      }
      guard entries[least] < entry else { break }
      entries[index] = entries[least]
      index = least
    }
    entries[index] = entry
  }
}
