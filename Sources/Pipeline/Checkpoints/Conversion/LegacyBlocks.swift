// Blocks of 32 elements with one scale (and offset). Source: gguf-py `quants.py`; layouts as the
// structs of ggml-common.h. `d` and `m` are half-precision, `qs` holds element i in the low and
// element i + 16 in the high half of byte i, `qh` the fifth bit of element i in its bit i.

/// `d (qs - 8)`: d, qs[16].
enum Q4_0Block: BlockFormat {
  static let elementCount = 32
  static let byteCount = 18

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source)
    for group in 0..<2 {
      let qs = bytes.codes(at: source + 2 + 8 * group)
      floats.store((qs.lowNibbles.floats - 8) * d, at: target, group: group)
      floats.store((qs.highNibbles.floats - 8) * d, at: target, group: group + 2)
    }
  }
}

/// `d qs + m`: d, m, qs[16].
enum Q4_1Block: BlockFormat {
  static let elementCount = 32
  static let byteCount = 20

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source)
    let m = bytes.half(at: source + 2)
    for group in 0..<2 {
      let qs = bytes.codes(at: source + 4 + 8 * group)
      floats.store(qs.lowNibbles.floats * d + m, at: target, group: group)
      floats.store(qs.highNibbles.floats * d + m, at: target, group: group + 2)
    }
  }
}

/// `d (q - 16)` with q of five bits: d, qh[4], qs[16].
enum Q5_0Block: BlockFormat {
  static let elementCount = 32
  static let byteCount = 22

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source)
    for group in 0..<2 {
      let qs = bytes.codes(at: source + 6 + 8 * group)
      let low = qs.lowNibbles | Codes(spreading: bytes.byte(at: source + 2 + group)) &<< 4
      let high = qs.highNibbles | Codes(spreading: bytes.byte(at: source + 4 + group)) &<< 4
      floats.store((low.floats - 16) * d, at: target, group: group)
      floats.store((high.floats - 16) * d, at: target, group: group + 2)
    }
  }
}

/// `d q + m` with q of five bits: d, m, qh[4], qs[16].
enum Q5_1Block: BlockFormat {
  static let elementCount = 32
  static let byteCount = 24

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source)
    let m = bytes.half(at: source + 2)
    for group in 0..<2 {
      let qs = bytes.codes(at: source + 8 + 8 * group)
      let low = qs.lowNibbles | Codes(spreading: bytes.byte(at: source + 4 + group)) &<< 4
      let high = qs.highNibbles | Codes(spreading: bytes.byte(at: source + 6 + group)) &<< 4
      floats.store(low.floats * d + m, at: target, group: group)
      floats.store(high.floats * d + m, at: target, group: group + 2)
    }
  }
}

/// `d q` with q a signed byte: d, q[32].
enum Q8_0Block: BlockFormat {
  static let elementCount = 32
  static let byteCount = 34

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source)
    for group in 0..<4 {
      let codes = bytes.codes(at: source + 2 + 8 * group)
      floats.store(codes.signedFloats * d, at: target, group: group)
    }
  }
}
