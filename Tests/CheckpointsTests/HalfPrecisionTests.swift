import Checkpoints
import LinearAlgebra
import RandomNumbers
import TestSupport
import Testing

/// The 16-bit formats against the compiler's own `Float16` and, for bfloat16, against rounding in
/// double precision.
@Suite struct HalfPrecisionTests {
  @Test func everyHalfWidensExactly() throws {
    let values = try roundTrip(all: .f16)
    for pattern in UInt16.min...UInt16.max {
      let expected = Float(Float16(bitPattern: pattern))
      let value = values[Int(pattern)]
      if expected.isNaN {
        #expect(value.isNaN && value.sign == expected.sign)
      } else {
        #expect(value.bitPattern == expected.bitPattern, "\(pattern)")
      }
    }
  }

  @Test func everyBFloat16Widens() throws {
    let values = try roundTrip(all: .bf16)
    for pattern in UInt16.min...UInt16.max {
      #expect(values[Int(pattern)].bitPattern == UInt32(pattern) << 16)
    }
  }

  @Test func halvesRoundToNearestEven() throws {
    let values = Self.samples
    let written = try patterns(of: values, as: .f16)
    for (value, pattern) in try pairs(values, written) {
      let expected = Float16(value)
      #expect(
        value.isNaN ? Float16(bitPattern: pattern).isNaN : pattern == expected.bitPattern,
        "\(value)")
    }
  }

  @Test func bfloat16sRoundToNearestEven() throws {
    let values = Self.samples
    let written = try patterns(of: values, as: .bf16)
    for (value, pattern) in try pairs(values, written) {
      let rounded = Float(bitPattern: UInt32(pattern) << 16)
      if value.isNaN {
        #expect(rounded.isNaN)
        continue
      }
      let below = Float(bitPattern: value.bitPattern & 0xffff_0000)
      let above = Float(bitPattern: (value.bitPattern & 0xffff_0000) &+ 0x1_0000)
      // Beyond the largest number the next one stands for twice the largest power of two.
      let top = above.isInfinite ? 0x1p128 * (value < 0 ? -1 : 1) : Double(above)
      let (down, up) = (abs(Double(value) - Double(below)), abs(top - Double(value)))
      let isEven = below.bitPattern & 0x1_0000 == 0
      let expected = value.isInfinite || down < up || (down == up && isEven) ? below : above
      #expect(rounded.bitPattern == expected.bitPattern, "\(value)")
    }
  }

  /// Special values, ties, limits and random bits.
  private static var samples: [Float] {
    var values: [Float] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .nan, 65504, 65519.996, 65520, 65536, -65520,
      0x1p-14, 0x1p-15, 0x1p-24, 0x1p-25, 0x1.000002p-25, 0x1.8p-24, 0x1.ffcp-15, 0x1.ffep-15,
      0x1.002p0, 0x1.006p0, 0x1.01p0, 0x1.03p0, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
    ]
    var generator = SplitMix64(seed: 16)
    for _ in 0..<20_000 {
      values.append(Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())))
      values.append(Float.random(in: -1...1, using: &generator))
      values.append(Float.random(in: -1e-4...1e-4, using: &generator))
    }
    return values
  }

  /// All 65536 patterns of a type, read back as float32.
  private func roundTrip(all type: ElementType) throws -> [Float] {
    let folder = try TemporaryFolder()
    let name = type == .f16 ? "F16" : "BF16"
    let header = #"{"t":{"dtype":"\#(name)","shape":[65536],"data_offsets":[0,131072]}}"#
    let data = (UInt16.min...UInt16.max).flatMap(\.bytes)
    let path = try folder.write(
      UInt64(header.utf8.count).bytes + header.utf8 + data, to: "all.safetensors")
    return try SafetensorsFile(opening: path).tensors.matrix(named: "t").elements
  }

  /// The bits that values are written with.
  private func patterns(of values: [Float], as type: ElementType) throws -> [UInt16] {
    let folder = try TemporaryFolder()
    let path = folder.path + "/t.safetensors"
    let writer = try SafetensorsWriter(
      creating: path,
      tensors: [TensorDescriptor(name: "t", shape: [values.count], elementType: type)])
    try writer.write(Matrix(rows: 1, columns: values.count, elements: values), to: "t")
    try writer.finish()
    return try SafetensorsFile(opening: path).tensors.tensor(named: "t").withBytes { bytes in
      (0..<values.count).map {
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self)
      }
    }
  }
}
