/// A hash table from byte strings to numbers from 0 up, in the order they were added.
///
/// Tokens differ when their bytes do. A dictionary of Swift strings would follow canonical
/// equivalence and merge tokens that differ only in normalisation form.
struct ByteStringTable: Sendable {
  private var bytes: [UInt8] = []  // all keys, one behind the other
  private var ends: [Int] = []  // [keys], where each key ends in `bytes`
  private var slots: [Int32] = Array(repeating: -1, count: 16)  // a power of two of them

  init(minimumCapacity: Int = 0) {
    ends.reserveCapacity(minimumCapacity)
    slots = Array(repeating: -1, count: Self.slotCount(for: minimumCapacity))
  }

  /// How many keys there are.
  var count: Int { ends.count }

  /// A key by its number.
  subscript(number: Int) -> ArraySlice<UInt8> {
    bytes[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
  }

  /// The number of a key, or nil when it is not there.
  func number(of key: ArraySlice<UInt8>) -> Int? {
    let number = slots[slot(of: key)]
    return number < 0 ? nil : Int(number)
  }

  /// The number of a key, or nil when it is not there.
  func number(of key: [UInt8]) -> Int? { number(of: key[...]) }

  /// The number of a key, which is added when it is not there.
  mutating func insert(_ key: ArraySlice<UInt8>) -> Int {
    let found = slot(of: key)
    guard slots[found] < 0 else { return Int(slots[found]) }
    slots[found] = Int32(truncatingIfNeeded: ends.count)
    bytes += key
    ends.append(bytes.count)
    if ends.count * 2 > slots.count { grow() }
    return ends.count - 1
  }

  /// The slot that holds a key, or the free one where it belongs.
  private func slot(of key: ArraySlice<UInt8>) -> Int {
    let mask = slots.count - 1
    var slot = Self.hash(key) & mask
    while slots[slot] >= 0, !self[Int(slots[slot])].elementsEqual(key) {
      slot = (slot + 1) & mask
    }
    return slot
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: slots.count * 2)
    for number in 0..<ends.count {
      slots[slot(of: self[number])] = Int32(truncatingIfNeeded: number)
    }
  }

  private static func slotCount(for count: Int) -> Int {
    var slots = 16
    while slots < count * 2 { slots *= 2 }
    return slots
  }

  private static func hash(_ key: ArraySlice<UInt8>) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 32) & 0x7fff_ffff)
  }
}
