/// A set of Unicode scalars as sorted, disjoint, non-adjacent ranges.
package struct ScalarSet: Equatable, Sendable {
  /// The ranges in ascending order.
  package private(set) var ranges: [ClosedRange<UInt32>]

  /// Creates a set from ranges in any order, overlapping or not.
  package init(_ ranges: [ClosedRange<UInt32>] = []) {
    var merged: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
        let end = Swift.max(last.upperBound, range.upperBound)
        merged[merged.count - 1] = last.lowerBound...end
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  /// Creates a set of single scalars.
  package init(_ scalars: some Sequence<UInt32>) {
    self.init(scalars.map { $0...$0 })
  }

  /// Every code point.
  package static let all = ScalarSet([0...0x10ffff])

  /// Whether the set has a scalar.
  package func contains(_ scalar: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(scalar)
  }

  /// The only member, or nil when there are none or several.
  package var onlyScalar: Unicode.Scalar? {
    guard ranges.count == 1, ranges[0].count == 1 else { return nil }
    return Unicode.Scalar(ranges[0].lowerBound)
  }

  package func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

  package func intersection(_ other: ScalarSet) -> ScalarSet {
    inverted.union(other.inverted).inverted
  }

  package func subtracting(_ other: ScalarSet) -> ScalarSet { intersection(other.inverted) }

  /// All code points that are not in this set.
  package var inverted: ScalarSet {
    var gaps: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= 0x10ffff { gaps.append(next...0x10ffff) }
    return ScalarSet(gaps)
  }
}
