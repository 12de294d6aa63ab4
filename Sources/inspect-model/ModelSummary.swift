import ChatTemplates
import Checkpoints
import CommandSupport
import OrderedJSON
import Tokenization
import Transformer

/// What is known of a model without reading its weights; what is not there is nil.
struct ModelSummary {
  let path: String
  let configuration: ModelConfiguration?
  /// Number of elements by the type that they are stored in.
  let elementCounts: [(type: ElementType, count: Int)]
  let encoder: ConversationEncoder?
  /// Tokens that memory is estimated for.
  let tokens: Int

  /// Looks at a model, whole or partial.
  ///
  /// - Parameters:
  ///   - options: The flags that name it.
  ///   - tokens: Tokens that memory is estimated for.
  /// - Throws: `CheckpointError`, `ModelError` or `TemplateError` for what is there but malformed.
  init(_ options: ModelOptions, tokens: Int) throws {
    self.tokens = tokens
    let location = try ModelLocation(of: options.model)
    path = location.path
    let checkpoint = try location.hasWeights ? Checkpoint(at: location) : nil
    let json = try checkpoint?.configuration ?? location.folder?.json(.configuration)
    configuration = try json.map { json in
      try naming(location.path) { try ModelConfiguration(parsing: json) }
    }
    elementCounts = checkpoint.map(Self.elementCounts) ?? []
    encoder = try location.hasTokenizer ? options.encoder(at: location) : nil
  }

  private static func elementCounts(
    _ checkpoint: Checkpoint
  ) -> [(type: ElementType, count: Int)] {
    var counts: [ElementType: Int] = [:]
    for case let tensor? in checkpoint.tensorNames.map(checkpoint.descriptor) {
      // The product of sizes that are not zero was checked against the size of the file.
      let count = tensor.shape.contains(0) ? 0 : tensor.shape.reduce(1, *)
      counts[tensor.elementType, default: 0] += count
    }
    return counts.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
      .map { (type: $0.key, count: $0.value) }
  }

  private var parameterCount: Int { elementCounts.reduce(0) { $0 + $1.count } }

  /// The facts in the order in which they are shown.
  var json: JSONObject {
    var json = JSONObject()
    json["path"] = .string(path)
    if let configuration {
      json["architecture"] = .string(configuration.architecture)
      json["layers"] = .integer(configuration.layerCount)
      json["hidden_size"] = .integer(configuration.hiddenSize)
      json["heads"] = .integer(configuration.headCount)
      json["key_value_heads"] = .integer(configuration.keyValueHeadCount)
      json["vocabulary_size"] = .integer(configuration.vocabularySize)
      json["context_length"] = .integer(configuration.contextLength)
      json["gradient_memory"] = configuration.memorySummary(tokens: tokens)
    }
    if !elementCounts.isEmpty {
      json["parameters"] = .integer(parameterCount)
      json["element_types"] = .object(
        JSONObject(
          elementCounts.map { JSONObject.Member(key: $0.type.rawValue, value: .integer($0.count)) })
      )
    }
    if let encoder {
      json["tokenizer_size"] = .integer(encoder.tokenizer.vocabularySize)
      json["tokenizer_sha256"] = .string(Digest.sha256(encoder.tokenizerDefinition))
    }
    if let template = encoder?.templateSource {
      json["chat_template_sha256"] = .string(Digest.sha256(Array(template.utf8)))
    }
    return json
  }

  /// The same, a line a fact.
  var text: String {
    json.members.map { member in
      let name = member.key.split(separator: "_").joined(separator: " ")
      return "\(name): \(member.value.stringValue ?? member.value.text())\n"
    }.joined()
  }
}

extension ModelLocation {
  /// The folder, unless the model is a single file.
  fileprivate var folder: ModelFolder? {
    if case .folder(let folder) = self { folder } else { nil }
  }

  fileprivate var hasWeights: Bool {
    get throws {
      guard let weights = try folder?.weights() else { return true }
      return weights != .none
    }
  }

  fileprivate var hasTokenizer: Bool { folder?.contains(.tokenizer) ?? true }
}
