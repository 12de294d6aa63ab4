import Glibc
import OrderedJSON

extension RotaryConfiguration {
  /// The rotary embedding that the settings ask for.
  ///
  /// - Parameters:
  ///   - parameters: The settings.
  ///   - headDimension: Width of a head.
  ///   - contextLength: `max_position_embeddings`.
  ///   - mayBePartial: Whether the architecture can rotate a part of each head only.
  /// - Throws: `ModelError` naming the key that is missing, invalid or not supported.
  init(
    _ parameters: RopeParameters, headDimension: Int, contextLength: Int,
    mayBePartial: Bool = false
  ) throws(ModelError) {
    let reader = parameters.reader
    base = try reader.number("rope_theta")
    let key = "partial_rotary_factor"
    let isPartial = reader.object[key] != nil || reader.defaults[key] != nil
    let partial = isPartial ? try reader.number(key) : 1
    guard partial <= 1 else { throw reader.invalid(key, "at most 1") }
    guard partial == 1 || mayBePartial else {
      throw .unsupported(key: key, value: reader.shown(key))
    }
    dimensions = Int(Double(headDimension) * partial)
    guard dimensions >= 2, dimensions.isMultiple(of: 2) else {
      throw .invalidValue(
        key: "head_dim", value: "\(dimensions) rotary dimensions", expected: "an even number")
    }
    switch parameters.kind {
    case .plain: scaling = .none
    case .linear: scaling = .linear(factor: try reader.number("factor"))
    case .dynamic:
      guard dimensions > 2 else {
        throw .invalidValue(key: "head_dim", value: "2", expected: "more for dynamic scaling")
      }
      scaling = .dynamic(factor: try reader.number("factor"), originalContext: contextLength)
    case .llama3: scaling = try Self.llama3(parameters, contextLength)
    case .longRope:
      scaling = try Self.longRope(
        parameters, frequencyCount: dimensions / 2, contextLength: contextLength)
    }
  }

  private static func llama3(
    _ parameters: RopeParameters, _ contextLength: Int
  ) throws(ModelError) -> RotaryScaling {
    let reader = parameters.reader
    let low = try reader.number("low_freq_factor")
    let high = try reader.number("high_freq_factor")
    guard high > low else { throw reader.invalid("high_freq_factor", "above low_freq_factor") }
    return .llama3(
      factor: try reader.number("factor"), lowFrequency: low, highFrequency: high,
      originalContext: try parameters.originalContext(contextLength: contextLength))
  }

  private static func longRope(
    _ parameters: RopeParameters, frequencyCount: Int, contextLength: Int
  ) throws(ModelError) -> RotaryScaling {
    let reader = parameters.reader
    let originalContext = try parameters.originalContext(contextLength: contextLength)
    let factor =
      try reader.optionalNumber("factor") ?? Double(contextLength) / Double(originalContext)
    // Su-scaled rope's factor on cosines and sines (transformers' longrope, LongRoPE eq. 4).
    let recommended =
      factor <= 1 ? 1 : (1 + log(factor) / log(Double(max(originalContext, 2)))).squareRoot()
    return .longRope(
      short: try reader.numbers("short_factor", count: frequencyCount),
      long: try reader.numbers("long_factor", count: frequencyCount),
      originalContext: originalContext,
      attentionFactor: try reader.optionalNumber("attention_factor") ?? recommended)
  }
}
