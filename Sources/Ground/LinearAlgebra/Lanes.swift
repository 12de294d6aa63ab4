/// Sixteen floats at a time: one AVX-512 register, two of AVX or four of SSE.
///
/// Elementwise work is written once over this type and the compiler picks the target's
/// instructions. The last, partial group is padded with zeros, so an operation sees no special case.
public typealias Lanes = SIMD16<Float>

extension Span<Float> {
  /// The sixteen elements from an index on; zeros in the place of those that are not there.
  ///
  /// - Parameters:
  ///   - index: First element, from 0.
  ///   - end: Behind the last one to read; nil: all there are.
  /// - Returns: The lanes.
  @inlinable @inline(__always)
  public func lanes(_ index: Int, before end: Int? = nil) -> Lanes {
    let end = end ?? count
    precondition(index >= 0 && end <= count, "lanes from \(index) to \(end) of \(count)")
    if index &+ Lanes.scalarCount <= end {
      return unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index &* MemoryLayout<Float>.stride, as: Lanes.self)
    }
    var lanes = Lanes()
    for lane in 0..<max(0, end &- index) { lanes[lane] = self[index &+ lane] }
    return lanes
  }
}

extension MutableSpan<Float> {
  /// The sixteen elements from an index on; zeros in the place of those that are not there.
  ///
  /// - Parameters:
  ///   - index: First element, from 0.
  ///   - end: Behind the last one to read; nil: all there are.
  /// - Returns: The lanes.
  @inlinable @inline(__always)
  public func lanes(_ index: Int, before end: Int? = nil) -> Lanes {
    span.lanes(index, before: end)
  }

  /// Overwrites the sixteen elements from an index on, or as many as there are.
  ///
  /// - Parameters:
  ///   - lanes: What to write.
  ///   - index: First element, from 0.
  ///   - end: Behind the last one to write; nil: all there are.
  @inlinable @inline(__always)
  @_lifetime(self: copy self)
  public mutating func store(_ lanes: Lanes, _ index: Int, before end: Int? = nil) {
    let end = end ?? count
    precondition(index >= 0 && end <= count, "lanes from \(index) to \(end) of \(count)")
    if index &+ Lanes.scalarCount <= end {
      var bytes = unsafe mutableBytes
      unsafe bytes.storeBytes(
        of: lanes, toUncheckedByteOffset: index &* MemoryLayout<Float>.stride, as: Lanes.self)
    } else {
      for lane in 0..<max(0, end &- index) { self[index &+ lane] = lanes[lane] }
    }
  }

  /// Some of the elements, for writing in place: in a variable of its own, a span stays in registers.
  @inlinable @inline(__always)
  @_lifetime(&self)
  mutating func part(_ range: Range<Int>) -> MutableSpan<Float> { _mutatingExtracting(range) }
}

extension Lanes {
  /// The lanes of one bit pattern each.
  @inlinable @inline(__always)
  init(bitPatterns: SIMD16<UInt32>) {
    self = unsafe unsafeBitCast(bitPatterns, to: Lanes.self)
  }

  /// The bit patterns of the lanes.
  @inlinable @inline(__always)
  var bitPatterns: SIMD16<UInt32> { unsafe unsafeBitCast(self, to: SIMD16<UInt32>.self) }
}
