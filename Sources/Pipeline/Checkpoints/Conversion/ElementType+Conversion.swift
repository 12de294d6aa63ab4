extension ElementType {
  /// Whether elements of this type can be converted to float32.
  public var isConvertible: Bool {
    switch self {
    case .f32, .f16, .bf16, .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q2_k, .q3_k, .q4_k, .q5_k, .q6_k,
      .iq4_nl, .iq4_xs:
      true
    default: false
    }
  }

  /// Converts elements to float32.
  ///
  /// - Parameters:
  ///   - bytes: Whole blocks of this type, which must be convertible.
  ///   - floats: Where the elements go.
  ///   - target: Byte position of the first.
  // Inlined into a closure, the loops could no longer tell that the two spans do not overlap.
  @inline(never)
  func convert(_ bytes: RawSpan, into floats: inout MutableRawSpan, at target: Int) {
    switch self {
    case .f32: F32Format.decodeAll(bytes, into: &floats, at: target)
    case .f16: F16Format.decodeAll(bytes, into: &floats, at: target)
    case .bf16: BF16Format.decodeAll(bytes, into: &floats, at: target)
    case .q4_0: Q4_0Block.decodeAll(bytes, into: &floats, at: target)
    case .q4_1: Q4_1Block.decodeAll(bytes, into: &floats, at: target)
    case .q5_0: Q5_0Block.decodeAll(bytes, into: &floats, at: target)
    case .q5_1: Q5_1Block.decodeAll(bytes, into: &floats, at: target)
    case .q8_0: Q8_0Block.decodeAll(bytes, into: &floats, at: target)
    case .q2_k: Q2_KBlock.decodeAll(bytes, into: &floats, at: target)
    case .q3_k: Q3_KBlock.decodeAll(bytes, into: &floats, at: target)
    case .q4_k: Q4_KBlock.decodeAll(bytes, into: &floats, at: target)
    case .q5_k: Q5_KBlock.decodeAll(bytes, into: &floats, at: target)
    case .q6_k: Q6_KBlock.decodeAll(bytes, into: &floats, at: target)
    case .iq4_nl: IQ4_NLBlock.decodeAll(bytes, into: &floats, at: target)
    case .iq4_xs: IQ4_XSBlock.decodeAll(bytes, into: &floats, at: target)
    // Reading a tensor refuses types that are not convertible, with an error that names them.
    default: preconditionFailure("\(rawValue) cannot be converted")
    }
  }
}
