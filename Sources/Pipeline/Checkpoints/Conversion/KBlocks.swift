// Super-blocks of 256 elements whose 16 (or 8) sub-blocks have scales of their own, themselves
// quantised. Source: gguf-py `quants.py`; layouts as the structs of ggml-common.h. `d` and `dmin`
// are half-precision and stand at the end in Q2_K, Q3_K and Q6_K.

/// `(d sc) q - (dmin m)` with q of two bits: scales[16] (sc low, m high half), qs[64], d, dmin.
enum Q2_KBlock: BlockFormat {
  static let elementCount = 256
  static let byteCount = 84

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source + 80)
    let dmin = bytes.half(at: source + 82)
    for subBlock in 0..<16 {
      let scale = bytes.byte(at: source + subBlock)
      let dl = d * Float(scale & 0x0f)
      let ml = dmin * Float(scale >> 4)
      // 128 elements take 32 bytes; each pair of bits of those holds 32 of them.
      let qs = source + 16 + subBlock / 8 * 32 + subBlock % 2 * 16
      for half in 0..<2 {
        let codes = bytes.codes(at: qs + 8 * half).bitPairs(subBlock % 8 / 2 * 2)
        floats.store(codes.floats * dl - ml, at: target, group: 2 * subBlock + half)
      }
    }
  }
}

/// `(d (sc - 32)) (q - 4 (1 - h))` with q of two bits: hmask[32], qs[64], scales[12], d.
enum Q3_KBlock: BlockFormat {
  static let elementCount = 256
  static let byteCount = 110

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source + 108)
    for subBlock in 0..<16 {
      let dl = d * Float(scale(subBlock, in: bytes, at: source + 96))
      let qs = source + 32 + subBlock / 8 * 32 + subBlock % 2 * 16
      let hmask = source + subBlock % 2 * 16
      for half in 0..<2 {
        let low = bytes.codes(at: qs + 8 * half).bitPairs(subBlock % 8 / 2 * 2)
        let high = bytes.codes(at: hmask + 8 * half).bits(subBlock / 2)
        floats.store(
          ((low | high &<< 2).floats - 4) * dl, at: target, group: 2 * subBlock + half)
      }
    }
  }

  /// Scale of six bits, less 32: the low four in bytes 0-7, the high two in bytes 8-11.
  @inline(__always)
  private static func scale(_ subBlock: Int, in bytes: RawSpan, at scales: Int) -> Int {
    let low = bytes.byte(at: scales + subBlock % 8) &>> (subBlock / 8 * 4) & 0x0f
    let high = bytes.byte(at: scales + 8 + subBlock % 4) &>> (subBlock / 4 * 2) & 0x03
    return Int(low | high &<< 4) - 32
  }
}

/// `(d sc) q - (dmin m)` with q of four bits: d, dmin, scales[12], qs[128].
enum Q4_KBlock: BlockFormat {
  static let elementCount = 256
  static let byteCount = 144

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source)
    let dmin = bytes.half(at: source + 2)
    for subBlock in 0..<8 {
      let (sc, m) = PackedScales.pair(subBlock, in: bytes, at: source + 4)
      let dl = d * Float(sc)
      let ml = dmin * Float(m)
      for group in 0..<4 {
        let qs = bytes.codes(at: source + 16 + subBlock / 2 * 32 + 8 * group)
        let codes = subBlock % 2 == 0 ? qs.lowNibbles : qs.highNibbles
        floats.store(codes.floats * dl - ml, at: target, group: 4 * subBlock + group)
      }
    }
  }
}

/// `(d sc) q - (dmin m)` with q of five bits: d, dmin, scales[12], qh[32], qs[128].
enum Q5_KBlock: BlockFormat {
  static let elementCount = 256
  static let byteCount = 176

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source)
    let dmin = bytes.half(at: source + 2)
    for subBlock in 0..<8 {
      let (sc, m) = PackedScales.pair(subBlock, in: bytes, at: source + 4)
      let dl = d * Float(sc)
      let ml = dmin * Float(m)
      for group in 0..<4 {
        let qs = bytes.codes(at: source + 48 + subBlock / 2 * 32 + 8 * group)
        let low = subBlock % 2 == 0 ? qs.lowNibbles : qs.highNibbles
        let high = bytes.codes(at: source + 16 + 8 * group).bits(subBlock)
        floats.store((low | high &<< 4).floats * dl - ml, at: target, group: 4 * subBlock + group)
      }
    }
  }
}

/// `(d sc) (q - 32)` with q of six bits: ql[128], qh[64], scales[16] (signed), d.
enum Q6_KBlock: BlockFormat {
  static let elementCount = 256
  static let byteCount = 210

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source + 208)
    for subBlock in 0..<16 {
      let scale = Int8(bitPattern: bytes.byte(at: source + 192 + subBlock))
      let dl = d * Float(scale)
      // 128 elements take 64 bytes of ql: their low halves the first 64, the high the others.
      let (half, quarter) = (subBlock / 8, subBlock % 8 / 2)
      let ql = source + half * 64 + quarter % 2 * 32 + subBlock % 2 * 16
      let qh = source + 128 + half * 32 + subBlock % 2 * 16
      for group in 0..<2 {
        let word = bytes.codes(at: ql + 8 * group)
        let low = quarter < 2 ? word.lowNibbles : word.highNibbles
        let high = bytes.codes(at: qh + 8 * group).bitPairs(2 * quarter)
        floats.store(
          ((low | high &<< 4).floats - 32) * dl, at: target, group: 2 * subBlock + group)
      }
    }
  }
}

/// The eight six-bit scales and minima of Q4_K and Q5_K, in 12 bytes.
///
/// Numbers 0-3 are the low six bits of bytes 0-3 (scales) and 4-7 (minima). Of numbers 4-7 the low
/// four bits are the halves of bytes 8-11 and the high two the top bits of bytes 0-3 and 4-7.
private enum PackedScales {
  @inline(__always)
  static func pair(
    _ subBlock: Int, in bytes: RawSpan, at scales: Int
  ) -> (scale: UInt8, minimum: UInt8) {
    let scale = bytes.byte(at: scales + subBlock % 4)
    let minimum = bytes.byte(at: scales + 4 + subBlock % 4)
    if subBlock < 4 { return (scale & 0x3f, minimum & 0x3f) }
    let low = bytes.byte(at: scales + 4 + subBlock)
    return (low & 0x0f | scale &>> 2 & 0x30, low &>> 4 | minimum &>> 2 & 0x30)
  }
}
