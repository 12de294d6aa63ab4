/// A hash table from pairs of 32-bit numbers to 64-bit values.
struct PairTable: Sendable {
  private static let free = UInt64.max

  private var keys: [UInt64]  // a power of two of them
  private var values: [UInt64]
  private(set) var count = 0

  init(minimumCapacity: Int = 0) {
    var capacity = 16
    while capacity < minimumCapacity * 2 { capacity *= 2 }
    keys = Array(repeating: Self.free, count: capacity)
    values = Array(repeating: 0, count: capacity)
  }

  /// The value of a pair, or nil when it has none, as the pair of the two greatest numbers never
  /// has.
  subscript(first: UInt32, second: UInt32) -> UInt64? {
    @inline(__always) get {
      let key = UInt64(first) << 32 | UInt64(second)
      let slot = slot(of: key)
      return keys[slot] == key && key != Self.free ? values[slot] : nil
    }
  }

  /// Sets the value of a pair.
  mutating func set(_ value: UInt64, for first: UInt32, _ second: UInt32) {
    let key = UInt64(first) << 32 | UInt64(second)
    guard key != Self.free else { return }
    let slot = slot(of: key)
    if keys[slot] == Self.free { count += 1 }
    keys[slot] = key
    values[slot] = value
    if count * 2 > keys.count { grow() }
  }

  /// The slot that holds a key, or the free one where it belongs.
  @inline(__always)
  private func slot(of key: UInt64) -> Int {
    let mask = keys.count - 1
    let mixed = (key ^ key >> 32) &* 0x9e37_79b9_7f4a_7c15
    var slot = Int(truncatingIfNeeded: mixed >> 32) & mask
    while keys[slot] != key, keys[slot] != Self.free { slot = (slot + 1) & mask }
    return slot
  }

  private mutating func grow() {
    var larger = PairTable(minimumCapacity: keys.count)
    for slot in keys.indices where keys[slot] != Self.free {
      larger.set(
        values[slot], for: UInt32(keys[slot] >> 32),
        UInt32(truncatingIfNeeded: keys[slot]))
    }
    self = larger
  }
}
