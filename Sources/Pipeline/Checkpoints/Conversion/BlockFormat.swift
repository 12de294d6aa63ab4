/// A block of quantised elements that share their scales.
///
/// A conformance decodes eight elements at a time: their codes are unpacked in one 64-bit word,
/// lowest byte first, and leave as one vector. Products and sums are rounded one by one, never
/// fused, so that the values equal those of the reference (gguf-py, `quants.py`) bit for bit.
protocol BlockFormat {
  /// Elements in a block.
  static var elementCount: Int { get }
  /// Bytes of a block.
  static var byteCount: Int { get }
  /// Decodes the block that starts at `source` into the floats that start at `target`, both
  /// positions in bytes.
  static func decode(
    _ bytes: RawSpan, at source: Int, into floats: inout MutableRawSpan, at target: Int)
}

extension BlockFormat {
  /// Decodes whole blocks.
  ///
  /// - Parameters:
  ///   - bytes: The blocks.
  ///   - floats: Where the elements go.
  ///   - target: Byte position of the first.
  static func decodeAll(_ bytes: RawSpan, into floats: inout MutableRawSpan, at target: Int) {
    for block in 0..<(bytes.byteCount / byteCount) {
      decode(
        bytes, at: block * byteCount, into: &floats,
        at: target + block * elementCount * MemoryLayout<Float>.size)
    }
  }
}

/// Eight codes, one a byte.
typealias Codes = UInt64

extension Codes {
  /// The same byte in all eight places.
  @inline(__always)
  init(repeating byte: UInt8) { self = UInt64(byte) &* 0x0101_0101_0101_0101 }

  /// The low four bits of each byte.
  @inline(__always)
  var lowNibbles: Codes { self & Codes(repeating: 0x0f) }

  /// The high four bits of each byte.
  @inline(__always)
  var highNibbles: Codes { (self &>> 4) & Codes(repeating: 0x0f) }

  /// Two bits of each byte, counted from `shift`.
  @inline(__always)
  func bitPairs(_ shift: Int) -> Codes { (self &>> UInt64(shift)) & Codes(repeating: 3) }

  /// Bit number `shift` of each byte.
  @inline(__always)
  func bits(_ shift: Int) -> Codes { (self &>> UInt64(shift)) & Codes(repeating: 1) }

  /// The eight bits of one byte, each in a byte of its own.
  @inline(__always)
  init(spreading byte: UInt8) {
    let selected = Codes(repeating: byte) & 0x8040_2010_0804_0201
    // Adding 0x80 less its own bit to each byte carries a set bit to the top of that byte.
    self = (selected &+ 0x0040_6070_787c_7e7f).bits(7)
  }

  /// The codes as floats.
  @inline(__always)
  var floats: SIMD8<Float> {
    SIMD8<Float>(unsafe unsafeBitCast(self, to: SIMD8<UInt8>.self))
  }

  /// The codes, as two's complement, as floats.
  @inline(__always)
  var signedFloats: SIMD8<Float> {
    SIMD8<Float>(unsafe unsafeBitCast(self, to: SIMD8<Int8>.self))
  }
}

extension RawSpan {
  /// Eight bytes.
  @inline(__always)
  func codes(at position: Int) -> Codes {
    unsafe unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self)
  }

  /// One byte.
  @inline(__always)
  func byte(at position: Int) -> UInt8 {
    unsafe unsafeLoad(fromByteOffset: position, as: UInt8.self)
  }

  /// A half-precision number, widened.
  @inline(__always)
  func half(at position: Int) -> Float {
    Float(halfBits: unsafe unsafeLoadUnaligned(fromByteOffset: position, as: UInt16.self))
  }
}

extension MutableRawSpan {
  /// Writes eight floats, group number `group` after `position`.
  @inline(__always)
  mutating func store(_ floats: SIMD8<Float>, at position: Int, group: Int) {
    storeBytes(
      of: floats, toByteOffset: position + group * MemoryLayout<SIMD8<Float>>.size,
      as: SIMD8<Float>.self)
  }
}
