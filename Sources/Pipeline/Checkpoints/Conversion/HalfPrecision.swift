// Conversions between float32 and the two 16-bit formats by integer arithmetic: the processor's own
// instructions for them are not in the baseline instruction set.

extension Float {
  /// The float32 with the value of an IEEE 754 half-precision number.
  ///
  /// Exact for every input, subnormals included; a NaN keeps its payload. Sliding the exponent and
  /// significand into float32's place leaves a number 2^112 too small, so one multiplication puts
  /// normals and subnormals right; only infinity and NaN (exponent all ones) need more.
  @inline(__always)
  init(halfBits bits: UInt16) {
    let magnitude = UInt32(bits & 0x7fff) &<< 13
    let scaled = (Float(bitPattern: magnitude) * 0x1p112).bitPattern
    // 1 for exponents of all ones: the sum reaches bit 31 from 0x0f80_0000 on.
    let isSpecial = (magnitude &+ 0x7080_0000) &>> 31
    self.init(bitPattern: scaled | isSpecial &* 0x7f80_0000 | UInt32(bits & 0x8000) &<< 16)
  }

  /// The float32 with the value of a bfloat16 number, which is its upper half.
  @inline(__always)
  init(bfloat16Bits bits: UInt16) {
    self.init(bitPattern: UInt32(bits) &<< 16)
  }

  /// The nearest bfloat16 number, ties to even; a NaN stays one.
  var bfloat16Bits: UInt16 {
    let bits = bitPattern
    if isNaN { return UInt16(truncatingIfNeeded: bits &>> 16) | 0x0040 }
    let rounding = 0x7fff + (bits &>> 16 & 1)
    return UInt16(truncatingIfNeeded: (bits &+ rounding) &>> 16)
  }

  /// The nearest half-precision number, ties to even; a NaN stays one, and what is too large
  /// becomes infinite.
  var halfBits: UInt16 {
    let sign = UInt16(truncatingIfNeeded: bitPattern &>> 16) & 0x8000
    let magnitude = bitPattern & 0x7fff_ffff
    if isNaN { return sign | 0x7e00 | UInt16(truncatingIfNeeded: magnitude &>> 13) & 0x03ff }
    // 65520 is half-way between the largest number and the next power of two.
    if magnitude >= (65520 as Float).bitPattern { return sign | 0x7c00 }
    if magnitude < (0x1p-14 as Float).bitPattern {
      // The spacing of floats from 0.5 on is that of subnormal halves: adding 0.5 rounds.
      let rounded = (Float(bitPattern: magnitude) + 0.5).bitPattern
      return sign | UInt16(truncatingIfNeeded: rounded &- (0.5 as Float).bitPattern)
    }
    // Rebias the exponent by 127 - 15 and round the 13 bits that go.
    let rounding = 0x0fff + (magnitude &>> 13 & 1)
    return sign | UInt16(truncatingIfNeeded: (magnitude &- 0x3800_0000 &+ rounding) &>> 13)
  }
}
