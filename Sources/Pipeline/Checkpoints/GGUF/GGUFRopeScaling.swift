import OrderedJSON

/// How a GGUF file stretches rotary embeddings, as the `rope_scaling` of a `config.json`.
///
/// A file may hold divisors of the frequencies in place of the parameters they came from: Llama 3
/// one list (`rope_freqs`), Phi-3 one for short and one for long contexts. Hugging Face's
/// `longrope` is defined by just such lists, so both become that, exactly.
struct GGUFRopeScaling {
  /// The value of `rope_scaling`.
  let json: JSONValue
  /// The context length of the model before it was stretched.
  let originalContextLength: Int?

  /// Reads the settings and tensors of a file.
  init(_ settings: GGUFSettings, _ tensors: TensorTable) throws(GGUFFault) {
    let frequencies = try Self.factors("rope_freqs.weight", tensors, settings)
    let long = try Self.factors("rope_factors_long.weight", tensors, settings)
    let short = try Self.factors("rope_factors_short.weight", tensors, settings)
    if let frequencies {
      originalContextLength = nil
      json = try Self.frequencyFactors(frequencies, settings)
    } else if let long, let short {
      originalContextLength = try settings.required("rope.scaling.original_context_length")
      json = try Self.longRope(short: short, long: long, settings)
    } else {
      try Self.requireNoFactor(settings)
      originalContextLength = try settings.count("rope.scaling.original_context_length")
      json = try Self.named(settings, originalContextLength)
    }
  }

  /// Only longrope has a factor on cosines and sines that this takes up.
  private static func requireNoFactor(_ settings: GGUFSettings) throws(GGUFFault) {
    guard let factor = try settings.number("rope.scaling.attn_factor"), factor != 0, factor != 1
    else { return }
    throw .invalidValue(
      key: settings.fullKey("rope.scaling.attn_factor"), value: "\(factor)",
      expected: "1, as there are no rope_factors")
  }

  private static func frequencyFactors(
    _ factors: [JSONValue], _ settings: GGUFSettings
  ) throws(GGUFFault) -> JSONValue {
    if let type = settings.value("rope.scaling.type"), type.stringValue != "none" {
      throw .invalidValue(
        key: settings.fullKey("rope.scaling.type"), value: type.text(),
        expected: "'none', as there is a rope_freqs.weight")
    }
    return [
      "rope_type": "longrope", "short_factor": .array(factors), "long_factor": .array(factors),
      "attention_factor": 1.0,
      "original_max_position_embeddings": .integer(try settings.required("context_length")),
    ]
  }

  private static func longRope(
    short: [JSONValue], long: [JSONValue], _ settings: GGUFSettings
  ) throws(GGUFFault) -> JSONValue {
    var object = JSONObject()
    object["rope_type"] = "longrope"
    object["short_factor"] = .array(short)
    object["long_factor"] = .array(long)
    object["attention_factor"] = try settings.number("rope.scaling.attn_factor").map { .number($0) }
    object["original_max_position_embeddings"] = .integer(
      try settings.required("rope.scaling.original_context_length"))
    return .object(object)
  }

  /// A scaling by name, which the transformer accepts or refuses.
  private static func named(
    _ settings: GGUFSettings, _ originalContextLength: Int?
  ) throws(GGUFFault) -> JSONValue {
    // Files from before `rope.scaling.type` had a key for the only kind there was.
    let legacy = try settings.number("rope.scale_linear").flatMap { $0 == 1 ? nil : $0 }
    let type =
      settings.value("rope.scaling.type")?.stringValue ?? (legacy == nil ? "none" : "linear")
    if type == "none" { return .null }
    var object = JSONObject()
    object["rope_type"] = .string(type)
    object["factor"] = (try settings.number("rope.scaling.factor") ?? legacy).map { .number($0) }
    object["original_max_position_embeddings"] = originalContextLength.map { .integer($0) }
    return .object(object)
  }

  /// The values of a list of divisors, or nil when the file has none.
  private static func factors(
    _ name: String, _ tensors: TensorTable, _ settings: GGUFSettings
  ) throws(GGUFFault) -> [JSONValue]? {
    guard let tensor = tensors[name] else { return nil }
    let expected = try settings.rotaryDimension / 2
    let descriptor = tensor.descriptor
    guard descriptor.shape == [expected], descriptor.elementType == .f32 else {
      throw .invalidValue(
        key: name, value: "\(descriptor.shape) of \(descriptor.elementType.rawValue)",
        expected: "[\(expected)] of F32")
    }
    return tensor.withBytes { bytes in
      (0..<expected).map { index in
        let factor = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 4 * index, as: Float.self)
        return .number(Double(factor))
      }
    }
  }
}

extension GGUFSettings {
  /// Size of an attention head.
  var headDimension: Int {
    get throws(GGUFFault) {
      if let length = try count("attention.key_length") { return length }
      // Of these architectures only Phi-3 turns less than the whole head.
      if architecture != .phi3, let length = try count("rope.dimension_count") { return length }
      guard hiddenSize % headCount == 0 else {
        throw .invalidValue(
          key: fullKey("embedding_length"), value: "\(hiddenSize)",
          expected: "a multiple of \(headCount) heads")
      }
      return hiddenSize / headCount
    }
  }

  /// How many elements of a head are turned.
  var rotaryDimension: Int {
    get throws(GGUFFault) {
      if let dimension = try count("rope.dimension_count") { return dimension }
      return try headDimension
    }
  }
}
