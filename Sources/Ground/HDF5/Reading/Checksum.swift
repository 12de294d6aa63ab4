/// The checksums of the format.
enum Checksum {
  /// Bob Jenkins' lookup3 over bytes, which follows metadata since HDF5 1.8.
  ///
  /// Source: HDF5's `H5_checksum_lookup3`, after burtleburtle.net/bob/c/lookup3.c `hashlittle`.
  static func lookup3(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var state = (a: UInt32(0), b: UInt32(0), c: UInt32(0))
    let start = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count)
    state = (start, start, start)
    if bytes.isEmpty { return state.c }
    var rest = bytes
    while rest.count > 12 {
      add(rest.prefix(12), to: &state)
      mix(&state)
      rest = rest.dropFirst(12)
    }
    add(rest, to: &state)
    finish(&state)
    return state.c
  }

  private static func add(
    _ bytes: ArraySlice<UInt8>, to state: inout (a: UInt32, b: UInt32, c: UInt32)
  ) {
    for (index, byte) in bytes.enumerated() {
      let value = UInt32(byte) << UInt32(index % 4 * 8)
      switch index / 4 {
      case 0: state.a &+= value
      case 1: state.b &+= value
      default: state.c &+= value
      }
    }
  }

  private static func mix(_ s: inout (a: UInt32, b: UInt32, c: UInt32)) {
    s.a = (s.a &- s.c) ^ s.c.rotated(4)
    s.c &+= s.b
    s.b = (s.b &- s.a) ^ s.a.rotated(6)
    s.a &+= s.c
    s.c = (s.c &- s.b) ^ s.b.rotated(8)
    s.b &+= s.a
    s.a = (s.a &- s.c) ^ s.c.rotated(16)
    s.c &+= s.b
    s.b = (s.b &- s.a) ^ s.a.rotated(19)
    s.a &+= s.c
    s.c = (s.c &- s.b) ^ s.b.rotated(4)
    s.b &+= s.a
  }

  private static func finish(_ s: inout (a: UInt32, b: UInt32, c: UInt32)) {
    s.c = (s.c ^ s.b) &- s.b.rotated(14)
    s.a = (s.a ^ s.c) &- s.c.rotated(11)
    s.b = (s.b ^ s.a) &- s.a.rotated(25)
    s.c = (s.c ^ s.b) &- s.b.rotated(16)
    s.a = (s.a ^ s.c) &- s.c.rotated(4)
    s.b = (s.b ^ s.a) &- s.a.rotated(14)
    s.c = (s.c ^ s.b) &- s.b.rotated(24)
  }

  /// Fletcher's checksum over big-endian words of 16 bits, which a filter puts behind chunks.
  ///
  /// Source: HDF5's `H5_checksum_fletcher32`.
  static func fletcher32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var (sum1, sum2) = (UInt32(0), UInt32(0))
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let low = index + 1 < bytes.endIndex ? UInt32(bytes[index + 1]) : 0
      sum1 = folded(sum1 + (UInt32(bytes[index]) << 8 | low))
      sum2 = folded(sum2 + sum1)
      index += 2
    }
    return folded(sum2) << 16 | folded(sum1)
  }

  /// Reduces modulo 65535 without mapping 65535 to 0, as the original does.
  private static func folded(_ sum: UInt32) -> UInt32 { (sum & 0xffff) + (sum >> 16) }
}

extension UInt32 {
  fileprivate func rotated(_ count: UInt32) -> UInt32 { self << count | self >> (32 - count) }
}
