/// Sixteen floats at a time: one AVX-512 register, two of AVX or four of SSE.
///
/// Elementwise work is written once over this type and the compiler picks the target's
/// instructions. The last, partial group is padded with zeros, so an operation sees no special case.
public typealias Lanes = SIMD16<Float>

extension UnsafePointer<Float> {
  @inlinable @inline(__always)
  func lanes(_ index: Int, of count: Int) -> Lanes {
    if index + Lanes.scalarCount <= count {
      return unsafe UnsafeRawPointer(self + index).loadUnaligned(as: Lanes.self)
    }
    var lanes = Lanes()
    for lane in 0..<(count - index) { lanes[lane] = unsafe self[index + lane] }
    return lanes
  }
}

extension UnsafeMutablePointer<Float> {
  @inlinable @inline(__always)
  func store(_ lanes: Lanes, _ index: Int, of count: Int) {
    if index + Lanes.scalarCount <= count {
      unsafe UnsafeMutableRawPointer(self + index).storeBytes(of: lanes, as: Lanes.self)
    } else {
      for lane in 0..<(count - index) { unsafe self[index + lane] = lanes[lane] }
    }
  }
}
