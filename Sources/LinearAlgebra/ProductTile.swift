import COpenBLAS

/// Six rows of floats; a row that is not there is the last one again.
@safe
struct SixRows {
  let start: UnsafePointer<Float>
  let stride: Int
  /// Rows that are there, from 1.
  let count: Int

  @inline(__always) init(_ start: UnsafePointer<Float>, stride: Int, count: Int) {
    unsafe self.start = start
    self.stride = stride
    self.count = count
  }

  @inline(__always) subscript(row: Int) -> UnsafePointer<Float> {
    unsafe start + min(row, count &- 1) &* stride
  }
}

/// `output[j] (+)= sum over i of factors[j][i] * lanes[i]` for six rows j, each as wide as the group.
///
/// At the widest, 24 registers hold sums, and every factor is read once for all lanes. Rows of
/// `output` that are not there are written twice, with the same values. Row i of `lanes` begins
/// `laneStride` floats behind row i - 1; `prefetch` is called with each i, to ask for what comes next.
@inline(__always)
func multiplyTile<Group: LaneGroup>(
  _: Group.Type, lanes: UnsafePointer<Float>, laneStride: Int, factors: SixRows, count: Int,
  output: UnsafeMutablePointer<Float>, outputStride: Int, outputRows: Int, adding: Bool,
  prefetch: (Int) -> Void
) {
  var (s0, s1, s2, s3, s4, s5) = (Group(), Group(), Group(), Group(), Group(), Group())
  let (f0, f1, f2) = unsafe (factors[0], factors[1], factors[2])
  let (f3, f4, f5) = unsafe (factors[3], factors[4], factors[5])
  for i in 0..<count {
    let row = unsafe Group(lanes + i &* laneStride)
    unsafe s0.add(row, times: f0[i])
    unsafe s1.add(row, times: f1[i])
    unsafe s2.add(row, times: f2[i])
    unsafe s3.add(row, times: f3[i])
    unsafe s4.add(row, times: f4[i])
    unsafe s5.add(row, times: f5[i])
    prefetch(i)
  }
  let last = outputRows &- 1
  let (o0, o1) = unsafe (output, output + min(1, last) &* outputStride)
  let (o2, o3) = unsafe (
    output + min(2, last) &* outputStride, output + min(3, last) &* outputStride
  )
  let (o4, o5) = unsafe (
    output + min(4, last) &* outputStride, output + min(5, last) &* outputStride
  )
  if adding {
    unsafe (s0, s1) = (s0.addStored(at: o0), s1.addStored(at: o1))
    unsafe (s2, s3) = (s2.addStored(at: o2), s3.addStored(at: o3))
    unsafe (s4, s5) = (s4.addStored(at: o4), s5.addStored(at: o5))
  }
  unsafe s0.store(to: o0)
  unsafe s1.store(to: o1)
  unsafe s2.store(to: o2)
  unsafe s3.store(to: o3)
  unsafe s4.store(to: o4)
  unsafe s5.store(to: o5)
}
