import OrderedJSON

/// How one family of models differs from the plain llama-like transformer.
struct Architecture: Sendable {
  /// The `model_type` of its configuration.
  let name: String
  /// What absent keys of its configuration mean: the members of its configuration class in
  /// transformers that have a bearing on what is computed, but those whose default is `None`.
  let defaults: JSONObject
  /// Completes a configuration that holds the shapes.
  let adjust: @Sendable (inout ModelConfiguration, ConfigurationReader) throws(ModelError) -> Void

  init(
    name: String, defaults: JSONValue,
    adjust:
      @escaping @Sendable (inout ModelConfiguration, ConfigurationReader) throws(ModelError)
      -> Void
  ) {
    self.name = name
    self.defaults = defaults.objectValue ?? JSONObject()
    self.adjust = adjust
  }

  static let all: [Architecture] = [llama, mistral, qwen2, qwen3, gemma2, gemma3, phi3]

  static var names: [String] { all.map(\.name) }

  static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }
}
