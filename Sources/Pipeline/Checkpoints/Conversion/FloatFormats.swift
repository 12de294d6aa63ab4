/// A plain floating-point format.
protocol FloatFormat {
  /// The bits of one number.
  associatedtype Bits: FixedWidthInteger & BitwiseCopyable
  /// The number with these bits, as float32.
  static func widened(_ bits: Bits) -> Float
}

extension FloatFormat {
  /// Converts all numbers.
  ///
  /// - Parameters:
  ///   - bytes: The numbers, at any alignment.
  ///   - floats: Where they go.
  ///   - target: Byte position of the first.
  static func decodeAll(_ bytes: RawSpan, into floats: inout MutableRawSpan, at target: Int) {
    let size = MemoryLayout<Bits>.size
    let count = bytes.byteCount / size
    precondition(target >= 0 && target + count * 4 <= floats.byteCount, "more than there is room")
    for index in 0..<count {
      // The bounds were checked above: a check here, or of the arithmetic, could trap and would keep
      // the loop from being vectorised.
      let bits = unsafe bytes.unsafeLoadUnaligned(
        fromUncheckedByteOffset: index &* size, as: Bits.self)
      unsafe floats.storeBytes(
        of: widened(bits), toUncheckedByteOffset: target &+ index &* 4, as: Float.self)
    }
  }
}

/// IEEE 754 single precision.
enum F32Format: FloatFormat {
  @inline(__always)
  static func widened(_ bits: UInt32) -> Float { Float(bitPattern: bits) }
}

/// IEEE 754 half precision.
enum F16Format: FloatFormat {
  @inline(__always)
  static func widened(_ bits: UInt16) -> Float { Float(halfBits: bits) }
}

/// The upper half of single precision.
enum BF16Format: FloatFormat {
  @inline(__always)
  static func widened(_ bits: UInt16) -> Float { Float(bfloat16Bits: bits) }
}
