import OrderedJSON

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension RotaryConfiguration {
  /// The rotary embedding of `rope_theta` and `rope_scaling` (transformers 4) or of
  /// `rope_parameters` (transformers 5).
  ///
  /// - Parameters:
  ///   - reader: The configuration.
  ///   - headDimension: Width of a head.
  ///   - contextLength: `max_position_embeddings`.
  ///   - layerType: The entry of `rope_parameters` when it has one for each kind of layer.
  /// - Throws: `ModelError` naming the key that is missing, invalid or not supported.
  init(
    _ reader: ConfigurationReader, headDimension: Int, contextLength: Int,
    layerType: String? = nil
  ) throws(ModelError) {
    let parameters = try Self.parameters(reader, layerType: layerType)
    let sections = [parameters, reader].compactMap(\.self)
    base = try sections.firstNumber("rope_theta") ?? 10_000
    let partial = try sections.firstNumber("partial_rotary_factor") ?? 1
    guard partial <= 1 else { throw reader.invalid("partial_rotary_factor", "at most 1") }
    dimensions = Int(Double(headDimension) * partial)
    guard dimensions >= 2, dimensions.isMultiple(of: 2) else {
      throw .invalidValue(
        key: "head_dim", value: "\(dimensions) rotary dimensions", expected: "an even number")
    }
    scaling = try Self.scaling(
      parameters, reader, frequencyCount: dimensions / 2, contextLength: contextLength)
  }

  private static func parameters(
    _ reader: ConfigurationReader, layerType: String?
  ) throws(ModelError) -> ConfigurationReader? {
    if let parameters = try reader.section("rope_parameters") {
      if let layerType, let section = try parameters.section(layerType) { return section }
      return parameters
    }
    return try reader.section("rope_scaling")
  }

  private static func scaling(
    _ parameters: ConfigurationReader?, _ reader: ConfigurationReader, frequencyCount: Int,
    contextLength: Int
  ) throws(ModelError) -> RotaryScaling {
    guard let parameters else { return .none }
    let key = parameters.value("rope_type") == nil ? "type" : "rope_type"
    switch try parameters.string(key) {
    case nil, "default": return .none
    case "linear": return .linear(factor: try parameters.number("factor"))
    case "dynamic":
      return .dynamic(factor: try parameters.number("factor"), originalContext: contextLength)
    case "llama3": return try llama3(parameters)
    case "longrope", "su":
      return try longRope(parameters, reader, frequencyCount, contextLength)
    default: throw .unsupported(key: "rope_scaling." + key, value: parameters.shown(key))
    }
  }

  private static func llama3(_ parameters: ConfigurationReader) throws(ModelError) -> RotaryScaling
  {
    let low = try parameters.number("low_freq_factor")
    let high = try parameters.number("high_freq_factor")
    guard high > low else { throw parameters.invalid("high_freq_factor", "above low_freq_factor") }
    return .llama3(
      factor: try parameters.number("factor"), lowFrequency: low, highFrequency: high,
      originalContext: try parameters.size("original_max_position_embeddings"))
  }

  private static func longRope(
    _ parameters: ConfigurationReader, _ reader: ConfigurationReader, _ frequencyCount: Int,
    _ contextLength: Int
  ) throws(ModelError) -> RotaryScaling {
    let originalContext =
      try [parameters, reader].firstSize("original_max_position_embeddings") ?? contextLength
    let factor =
      try parameters.optionalNumber("factor") ?? Double(contextLength) / Double(originalContext)
    // Su-scaled rope's factor on cosines and sines (transformers' longrope, LongRoPE eq. 4).
    let recommended =
      factor <= 1 ? 1 : (1 + log(factor) / log(Double(max(originalContext, 2)))).squareRoot()
    return .longRope(
      short: try parameters.numbers("short_factor", count: frequencyCount),
      long: try parameters.numbers("long_factor", count: frequencyCount),
      originalContext: originalContext,
      attentionFactor: try parameters.optionalNumber("attention_factor") ?? recommended)
  }
}
