/// How one family of models differs from the plain llama-like transformer.
struct Architecture: Sendable {
  /// The `model_type` of its configuration.
  let name: String
  /// Completes a configuration that holds the shapes.
  let adjust: @Sendable (inout ModelConfiguration, ConfigurationReader) throws(ModelError) -> Void

  static let all: [Architecture] = [llama, mistral, qwen2, qwen3, gemma2, gemma3, phi3]

  static var names: [String] { all.map(\.name) }

  static func named(_ name: String) -> Architecture? { all.first { $0.name == name } }
}
