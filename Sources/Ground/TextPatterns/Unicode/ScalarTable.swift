/// Constant-time membership of a set of scalars: one bit a scalar, in pages of 256.
///
/// All empty blocks share a page and so do all full ones, so a table takes about 20 kilobytes.
package struct ScalarTable: Sendable {
  private static let empty: UInt16 = 0
  private static let full: UInt16 = 1

  private var pageOfBlock = Array(repeating: empty, count: 0x1100)  // blocks of 256 code points
  private var words: [UInt64] = [0, 0, 0, 0, .max, .max, .max, .max]  // [pages × 4]

  package init(_ set: ScalarSet) {
    for range in set.ranges {
      for block in (range.lowerBound >> 8)...(range.upperBound >> 8) {
        insert(range.clamped(to: (block << 8)...(block << 8 | 0xff)), block: Int(block))
      }
    }
  }

  /// Whether the set has a scalar.
  @inline(__always)
  package func contains(_ scalar: UInt32) -> Bool {
    let page = Int(pageOfBlock[Int(scalar >> 8)])
    return words[page << 2 | Int(scalar >> 6 & 3)] >> UInt64(scalar & 63) & 1 == 1
  }

  private mutating func insert(_ range: ClosedRange<UInt32>, block: Int) {
    if range.count == 256 {
      pageOfBlock[block] = Self.full
      return
    }
    if pageOfBlock[block] == Self.empty {
      pageOfBlock[block] = UInt16(truncatingIfNeeded: words.count / 4)
      words += [0, 0, 0, 0]
    }
    let page = Int(pageOfBlock[block])
    for scalar in range {
      words[page << 2 | Int(scalar >> 6 & 3)] |= 1 << UInt64(scalar & 63)
    }
  }
}
