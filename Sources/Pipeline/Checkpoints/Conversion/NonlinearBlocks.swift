// Four-bit blocks whose codes index a table of values that lie denser around zero. Source: gguf-py
// `quants.py`.

/// The sixteen values of IQ4_NL and IQ4_XS.
private enum NonlinearValues {
  static let table = SIMD16<Float>(
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113)

  @inline(__always)
  static func values(_ codes: Codes) -> SIMD8<Float> {
    var result = SIMD8<Float>()
    for lane in 0..<8 {
      result[lane] = table[Int(truncatingIfNeeded: codes &>> UInt64(8 * lane)) & 0x0f]
    }
    return result
  }
}

/// `d v[qs]`: d, qs[16].
enum IQ4_NLBlock: BlockFormat {
  static let elementCount = 32
  static let byteCount = 18

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source)
    for group in 0..<2 {
      let qs = bytes.codes(at: source + 2 + 8 * group)
      floats.store(NonlinearValues.values(qs) * d, at: target, group: group)
      floats.store(NonlinearValues.values(qs &>> 4) * d, at: target, group: group + 2)
    }
  }
}

/// `(d (sc - 32)) v[qs]`: d, scales_h (16 bits), scales_l[4], qs[128].
enum IQ4_XSBlock: BlockFormat {
  static let elementCount = 256
  static let byteCount = 136

  @inline(__always)
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int
  ) {
    let d = bytes.half(at: source)
    for subBlock in 0..<8 {
      let dl = d * Float(scale(subBlock, in: bytes, at: source))
      for group in 0..<2 {
        let qs = bytes.codes(at: source + 8 + 16 * subBlock + 8 * group)
        floats.store(NonlinearValues.values(qs) * dl, at: target, group: 4 * subBlock + group)
        floats.store(
          NonlinearValues.values(qs &>> 4) * dl, at: target, group: 4 * subBlock + group + 2)
      }
    }
  }

  /// Scale of six bits, less 32: four bits of scales_l and two of scales_h.
  @inline(__always)
  private static func scale(_ subBlock: Int, in bytes: RawSpan, at source: Int) -> Int {
    let low = bytes.byte(at: source + 4 + subBlock / 2) &>> (subBlock % 2 * 4) & 0x0f
    let high = bytes.byte(at: source + 2 + subBlock / 4) &>> (subBlock % 4 * 2) & 0x03
    return Int(low | high &<< 4) - 32
  }
}
