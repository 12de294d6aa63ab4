import OrderedJSON

/// The kinds of scaling that a rotary embedding may have, without their numbers.
enum RopeKind: Sendable {
  case plain
  case linear
  case dynamic
  case llama3
  case longRope

  /// The names that most architectures know.
  static let named: [String: RopeKind] = [
    "default": .plain, "linear": .linear, "dynamic": .dynamic, "llama3": .llama3,
    "longrope": .longRope,
  ]
}

/// The settings of one rotary embedding, wherever in a `config.json` they stand.
///
/// transformers 4 writes `rope_theta` and `rope_scaling`, version 5 `rope_parameters`; a file may
/// have both. Which of them counts follows `RotaryEmbeddingConfigMixin` of transformers 5.
struct RopeParameters {
  /// The section; its defaults are the keys that may stand outside of it.
  let reader: ConfigurationReader
  /// What is outside of the section, if it has an `original_max_position_embeddings`: that overrules
  /// the one in the section.
  let outer: ConfigurationReader?
  /// The kind of scaling.
  let kind: RopeKind

  /// - Throws: `ModelError` for a kind that is not supported, and when `rope_type` and `type`, as it
  ///   was called in old files, contradict each other.
  init(
    _ reader: ConfigurationReader, outer: ConfigurationReader?, kinds: [String: RopeKind]
  ) throws(ModelError) {
    self.reader = reader
    self.outer = outer
    let key = reader.object["rope_type"] == nil ? "type" : "rope_type"
    guard reader.object[key] != nil else {
      kind = .plain
      return
    }
    guard let kind = kinds[try reader.string(key)] else { throw reader.unsupported(key) }
    if let other = reader.value("type")?.stringValue, kinds[other] != kind {
      throw reader.unsupported("type")
    }
    self.kind = kind
  }

  /// The length that the model was trained on before it was stretched.
  func originalContext(contextLength: Int) throws(ModelError) -> Int {
    let key = "original_max_position_embeddings"
    if let outer { return try outer.size(key) }
    return reader.object[key] == nil ? contextLength : try reader.size(key)
  }
}

extension ConfigurationReader {
  private static let layerTypes = ["full_attention", "sliding_attention"]

  /// The settings of a model that has one rotary embedding: `rope_scaling`, or where that is empty
  /// `rope_parameters`.
  ///
  /// - Parameter kinds: The kinds of scaling that the architecture may have.
  /// - Returns: The settings, those outside of the section among them.
  /// - Throws: `ModelError`, also for a kind that is not supported in the section that does not
  ///   count.
  func ropeParameters(
    kinds: [String: RopeKind] = RopeKind.named
  ) throws(ModelError) -> RopeParameters {
    let key = "original_max_position_embeddings"
    let isOutside = object[key] != nil || defaults[key] != nil
    let outer = isOutside ? self : nil
    var chosen: RopeParameters?
    for section in [try section("rope_scaling"), try section("rope_parameters")] {
      guard let section, !section.object.members.isEmpty else { continue }
      if let type = Self.layerTypes.first(where: { section.object[$0] != nil }) {
        throw section.unsupported(type)
      }
      let parameters = try RopeParameters(
        try completing(section, base: "rope_theta"), outer: outer, kinds: kinds)
      chosen = chosen ?? parameters
    }
    if let chosen { return chosen }
    return try RopeParameters(
      try completing(nil, base: "rope_theta"), outer: outer, kinds: kinds)
  }

  /// The settings of a model with one rotary embedding for layers that see everything and one for
  /// those with a window: the sections of `rope_parameters`, with `rope_scaling` put over the first.
  ///
  /// - Returns: The settings of either.
  /// - Throws: `ModelError`, also for keys of `rope_parameters` outside of the sections.
  func ropeParametersByLayerType() throws(ModelError) -> (
    global: RopeParameters, local: RopeParameters
  ) {
    let parameters = try section("rope_parameters")
    if let key = parameters?.object.keys.first(where: { !Self.layerTypes.contains($0) }) {
      throw parameters?.unsupported(key) ?? .missingKey(key)
    }
    var global = try parameters?.section("full_attention")
    if let scaling = try section("rope_scaling") {
      if let parameters, global == nil {
        throw parameters.invalid("full_attention", "an object, as there is 'rope_scaling'")
      }
      var object = global?.object ?? JSONObject([.init(key: "rope_type", value: "default")])
      for member in scaling.object.members { object[member.key] = member.value }
      global = ConfigurationReader(object: object, path: scaling.path)
    }
    let local = try parameters?.section("sliding_attention")
    return (
      try RopeParameters(
        try completing(global, base: "rope_theta"), outer: nil,
        kinds: RopeKind.named),
      try RopeParameters(
        try completing(local, base: "rope_local_base_freq"), outer: nil,
        kinds: RopeKind.named)
    )
  }

  /// A section where the keys that may stand outside of it stand in for those that it lacks.
  private func completing(
    _ section: ConfigurationReader?, base: String
  ) throws(ModelError) -> ConfigurationReader {
    var result = section ?? ConfigurationReader(object: JSONObject())
    if result.object["rope_theta"] == nil {
      result.defaults["rope_theta"] = .number(try number(base))
    }
    let partial = "partial_rotary_factor"
    if result.object[partial] == nil {
      let factor = try defaults[partial] == nil ? optionalNumber(partial) : number(partial)
      result.defaults[partial] = factor.map { .number($0) }
    }
    return result
  }
}
