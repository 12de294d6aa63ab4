extension ElementType {
  /// The type that a safetensors header calls by this name, or nil.
  package init?(safetensorsName name: String) {
    guard let type = ElementType(rawValue: name), type.isInSafetensors else { return nil }
    self = type
  }

  /// The type with this number in a GGUF file (`enum ggml_type` of ggml.h), or nil.
  package init?(ggmlCode code: UInt32) {
    guard let type = Self.byGGMLCode[code] else { return nil }
    self = type
  }

  private var isInSafetensors: Bool {
    switch self {
    case .f64, .f32, .f16, .bf16, .i64, .i32, .i16, .i8, .u64, .u32, .u16, .u8, .bool, .c64,
      .f8_e5m2, .f8_e4m3, .f8_e8m0, .f6_e2m3, .f6_e3m2, .f4:
      true
    default: false
    }
  }

  private static let byGGMLCode: [UInt32: ElementType] = [
    0: .f32, 1: .f16, 2: .q4_0, 3: .q4_1, 6: .q5_0, 7: .q5_1, 8: .q8_0, 9: .q8_1,
    10: .q2_k, 11: .q3_k, 12: .q4_k, 13: .q5_k, 14: .q6_k, 15: .q8_k,
    16: .iq2_xxs, 17: .iq2_xs, 18: .iq3_xxs, 19: .iq1_s, 20: .iq4_nl, 21: .iq3_s, 22: .iq2_s,
    23: .iq4_xs, 24: .i8, 25: .i16, 26: .i32, 27: .i64, 28: .f64, 29: .iq1_m, 30: .bf16,
    34: .tq1_0, 35: .tq2_0, 39: .mxfp4,
  ]
}
