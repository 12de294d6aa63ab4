/// One to four `Lanes` that a tile of a product keeps in registers.
protocol LaneGroup {
  /// Number of floats.
  static var width: Int { get }
  /// Zeros.
  init()
  init(_ start: UnsafePointer<Float>)
  /// Adds `factor * lanes`, rounded once.
  mutating func add(_ lanes: Self, times factor: Float)
  func store(to start: UnsafeMutablePointer<Float>)
  func addStored(at start: UnsafeMutablePointer<Float>) -> Self
}

extension UnsafePointer<Float> {
  @inline(__always)
  fileprivate var lanes: Lanes {
    unsafe UnsafeRawPointer(self).loadUnaligned(as: Lanes.self)
  }
}

extension UnsafeMutablePointer<Float> {
  @inline(__always)
  fileprivate func set(_ lanes: Lanes) {
    unsafe UnsafeMutableRawPointer(self).storeBytes(of: lanes, as: Lanes.self)
  }

  @inline(__always)
  fileprivate var lanes: Lanes { unsafe UnsafePointer(self).lanes }
}

struct OneLanes: LaneGroup {
  @inline(__always) static var width: Int { 16 }
  var a = Lanes()

  @inline(__always) init() {}

  @inline(__always) init(_ start: UnsafePointer<Float>) { unsafe a = start.lanes }

  @inline(__always) mutating func add(_ lanes: OneLanes, times factor: Float) {
    a.addProduct(lanes.a, Lanes(repeating: factor))
  }

  @inline(__always) func store(to start: UnsafeMutablePointer<Float>) { unsafe start.set(a) }

  @inline(__always) func addStored(at start: UnsafeMutablePointer<Float>) -> OneLanes {
    var sum = self
    unsafe sum.a += start.lanes
    return sum
  }
}

/// Two groups side by side.
struct LanePair<First: LaneGroup, Second: LaneGroup>: LaneGroup {
  @inline(__always) static var width: Int { First.width + Second.width }
  var first = First()
  var second = Second()

  @inline(__always) init() {}

  @inline(__always) init(_ start: UnsafePointer<Float>) {
    unsafe first = First(start)
    unsafe second = Second(start + First.width)
  }

  @inline(__always) mutating func add(_ lanes: Self, times factor: Float) {
    first.add(lanes.first, times: factor)
    second.add(lanes.second, times: factor)
  }

  @inline(__always) func store(to start: UnsafeMutablePointer<Float>) {
    unsafe first.store(to: start)
    unsafe second.store(to: start + First.width)
  }

  @inline(__always) func addStored(at start: UnsafeMutablePointer<Float>) -> Self {
    var sum = self
    unsafe sum.first = first.addStored(at: start)
    unsafe sum.second = second.addStored(at: start + First.width)
    return sum
  }
}

typealias TwoLanes = LanePair<OneLanes, OneLanes>
typealias ThreeLanes = LanePair<TwoLanes, OneLanes>
typealias FourLanes = LanePair<TwoLanes, TwoLanes>
