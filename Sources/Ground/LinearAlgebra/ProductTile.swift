import COpenBLAS

/// Six factors for each step of a sum; one that is not there is the last one again.
@safe
struct SixFactors {
  let start: UnsafePointer<Float>
  /// Floats from one factor to the next.
  let stride: Int
  /// Factors that are there, from 1.
  let count: Int

  @inline(__always) init(_ start: UnsafePointer<Float>, stride: Int, count: Int) {
    unsafe self.start = start
    self.stride = stride
    self.count = count
  }

  @inline(__always) subscript(index: Int) -> UnsafePointer<Float> {
    unsafe start + min(index, count &- 1) &* stride
  }
}

/// What the factors are multiplied by: at each step of the sum, some tokens side by side.
@safe
struct TokenLanes {
  let start: UnsafePointer<Float>
  /// Floats from one step to the next.
  let stride: Int
  /// Steps.
  let count: Int
}

/// Six rows of sums.
@safe
struct TileSums {
  let start: UnsafeMutablePointer<Float>
  /// Floats from one row to the next.
  let stride: Int
  /// Whether to add to what is there.
  let adding: Bool
}

/// `sums[j] (+)= sum over i of factors[j][i step] * lanes[i]` for six rows j, each as wide as the
/// group.
///
/// At the widest, 24 registers hold sums, and every factor is read once for all lanes. Rows whose
/// factor is not there are those of the last one and written twice, with the same values. `prefetch`
/// is called with every sixteenth i, to ask for what comes next.
@inline(__always)
func addTile<Group: LaneGroup>(
  _: Group.Type, _ lanes: TokenLanes, _ factors: SixFactors, step: Int, _ sums: TileSums,
  _ prefetch: (Int) -> Void
) {
  var (s0, s1, s2, s3, s4, s5) = (Group(), Group(), Group(), Group(), Group(), Group())
  let (f0, f1, f2) = unsafe (factors[0], factors[1], factors[2])
  let (f3, f4, f5) = unsafe (factors[3], factors[4], factors[5])
  for line in stride(from: 0, to: lanes.count, by: 16) {
    prefetch(line)
    for i in line..<min(line &+ 16, lanes.count) {
      let row = unsafe Group(lanes.start + i &* lanes.stride)
      let factor = i &* step
      unsafe s0.add(row, times: f0[factor])
      unsafe s1.add(row, times: f1[factor])
      unsafe s2.add(row, times: f2[factor])
      unsafe s3.add(row, times: f3[factor])
      unsafe s4.add(row, times: f4[factor])
      unsafe s5.add(row, times: f5[factor])
    }
  }
  let last = factors.count &- 1
  let (o0, o1) = unsafe (sums.start, sums.start + min(1, last) &* sums.stride)
  let (o2, o3) = unsafe (
    sums.start + min(2, last) &* sums.stride, sums.start + min(3, last) &* sums.stride
  )
  let (o4, o5) = unsafe (
    sums.start + min(4, last) &* sums.stride, sums.start + min(5, last) &* sums.stride
  )
  if sums.adding {
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
