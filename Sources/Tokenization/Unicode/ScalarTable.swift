/// Constant-time membership of a set of scalars: one bit a scalar, in pages of 256.
///
/// Equal pages are stored once, so a table takes about ten kilobytes.
struct ScalarTable: Sendable {
  private var pageOfBlock: [UInt16]  // [4352], one for each block of 256 code points
  private var words: [UInt64]  // [pages × 4]

  init(_ set: ScalarSet) {
    pageOfBlock = []
    words = []
    pageOfBlock.reserveCapacity(0x1100)
    var known: [[UInt64]: UInt16] = [:]
    var next = 0
    for block in 0..<UInt32(0x1100) {
      let page = Self.page(block, of: set.ranges, from: &next)
      if known[page] == nil {
        known[page] = UInt16(truncatingIfNeeded: words.count / 4)
        words += page
      }
      pageOfBlock.append(known[page, default: 0])
    }
  }

  /// Whether the set has a scalar.
  @inline(__always)
  func contains(_ scalar: UInt32) -> Bool {
    let page = Int(pageOfBlock[Int(scalar >> 8)])
    return words[page << 2 | Int(scalar >> 6 & 3)] >> UInt64(scalar & 63) & 1 == 1
  }

  /// The bits of one block; `next` is the first range that may still reach into it.
  private static func page(
    _ block: UInt32, of ranges: [ClosedRange<UInt32>], from next: inout Int
  ) -> [UInt64] {
    var page: [UInt64] = [0, 0, 0, 0]
    let first = block << 8
    let last = first | 0xff
    while next < ranges.count, ranges[next].upperBound < first { next += 1 }
    var index = next
    while index < ranges.count, ranges[index].lowerBound <= last {
      let low = max(ranges[index].lowerBound, first)
      let high = min(ranges[index].upperBound, last)
      for scalar in low...high { page[Int(scalar >> 6 & 3)] |= 1 << UInt64(scalar & 63) }
      index += 1
    }
    return page
  }
}
