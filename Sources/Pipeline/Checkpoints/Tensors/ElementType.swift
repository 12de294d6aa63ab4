// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// How the elements of a tensor are stored: the types of safetensors and the blocks of GGUF.
///
/// The raw value is the name that the formats themselves use. Only some can be converted to
/// float32 (`isConvertible`); the others are known so that a file which holds them can be checked
/// and the refusal can name them.
public enum ElementType: String, Sendable, CaseIterable {
  // Plain floating point, in both formats.
  case f64 = "F64"
  case f32 = "F32"
  case f16 = "F16"
  case bf16 = "BF16"

  // Integers and the rest of safetensors.
  case i64 = "I64"
  case i32 = "I32"
  case i16 = "I16"
  case i8 = "I8"
  case u64 = "U64"
  case u32 = "U32"
  case u16 = "U16"
  case u8 = "U8"
  case bool = "BOOL"
  case c64 = "C64"
  case f8_e5m2 = "F8_E5M2"
  case f8_e4m3 = "F8_E4M3"
  case f8_e8m0 = "F8_E8M0"
  case f6_e2m3 = "F6_E2M3"
  case f6_e3m2 = "F6_E3M2"
  case f4 = "F4"
  /// One that safetensors has gained since, or never had.
  case unknown = "UNKNOWN"

  // Blocks of GGUF.
  case q4_0 = "Q4_0"
  case q4_1 = "Q4_1"
  case q5_0 = "Q5_0"
  case q5_1 = "Q5_1"
  case q8_0 = "Q8_0"
  case q8_1 = "Q8_1"
  case q2_k = "Q2_K"
  case q3_k = "Q3_K"
  case q4_k = "Q4_K"
  case q5_k = "Q5_K"
  case q6_k = "Q6_K"
  case q8_k = "Q8_K"
  case iq1_s = "IQ1_S"
  case iq1_m = "IQ1_M"
  case iq2_xxs = "IQ2_XXS"
  case iq2_xs = "IQ2_XS"
  case iq2_s = "IQ2_S"
  case iq3_xxs = "IQ3_XXS"
  case iq3_s = "IQ3_S"
  case iq4_nl = "IQ4_NL"
  case iq4_xs = "IQ4_XS"
  case tq1_0 = "TQ1_0"
  case tq2_0 = "TQ2_0"
  case mxfp4 = "MXFP4"
}

extension ElementType {
  /// Elements that are stored together: 1 unless the type packs several into a block.
  public var elementsPerBlock: Int { layout.elements }

  /// Bytes of one block.
  public var bytesPerBlock: Int { layout.bytes }

  /// Bytes that so many elements take, or nil when they fill no whole number of blocks or the
  /// product is beyond an `Int`.
  public func byteCount(of elements: Int) -> Int? {
    let (blocks, rest) = elements.quotientAndRemainder(dividingBy: layout.elements)
    let (bytes, overflow) = blocks.multipliedReportingOverflow(by: layout.bytes)
    return rest == 0 && !overflow ? bytes : nil
  }

  private var layout: (elements: Int, bytes: Int) {
    switch self {
    case .i64, .u64, .f64, .c64: (1, 8)
    case .i32, .u32, .f32: (1, 4)
    case .i16, .u16, .f16, .bf16: (1, 2)
    case .unknown: (1, 0)
    case .i8, .u8, .bool, .f8_e5m2, .f8_e4m3, .f8_e8m0: (1, 1)
    case .f6_e2m3, .f6_e3m2: (4, 3)
    case .f4: (2, 1)
    case .q4_0, .iq4_nl: (32, 18)
    case .q4_1: (32, 20)
    case .q5_0: (32, 22)
    case .q5_1: (32, 24)
    case .q8_0: (32, 34)
    case .q8_1: (32, 40)
    case .mxfp4: (32, 17)
    case .q2_k: (256, 84)
    case .q3_k: (256, 110)
    case .q4_k: (256, 144)
    case .q5_k: (256, 176)
    case .q6_k: (256, 210)
    case .q8_k: (256, 292)
    case .iq1_s: (256, 50)
    case .iq1_m: (256, 56)
    case .iq2_xxs: (256, 66)
    case .iq2_xs: (256, 74)
    case .iq2_s: (256, 82)
    case .iq3_xxs: (256, 98)
    case .iq3_s: (256, 110)
    case .iq4_xs: (256, 136)
    case .tq1_0: (256, 54)
    case .tq2_0: (256, 66)
    }
  }
}
