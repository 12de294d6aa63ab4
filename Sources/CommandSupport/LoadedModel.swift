import ChatTemplates
import Checkpoints
import OrderedJSON
import SafetyGradients
import Transformer

/// A model as the flags name it: checkpoint, adapters, and the transformer with both.
public struct LoadedModel {
  /// The flags.
  public let options: ModelOptions
  /// The files.
  public let checkpoint: Checkpoint
  /// What the model computes, with its weights; adapters are merged into them.
  public let language: LanguageModel
  private let adapterFingerprints: [String]

  init(_ options: ModelOptions, checkpoint: Checkpoint, quiet: Bool) throws {
    self.options = options
    self.checkpoint = checkpoint
    let configuration = try naming(checkpoint.path) {
      try ModelConfiguration(parsing: checkpoint.configuration)
    }
    let adapters = try options.adapters.map { path in
      let adapter = try LoRAAdapter(reading: path)
      try adapter.check(against: checkpoint, path: path)
      return adapter
    }
    let merging = AdapterMerging(configuration, adapters)
    let progress = Progress(
      "loading", total: configuration.layerCount, unit: "layers", quiet: quiet)
    language = try naming(checkpoint.path) {
      try LanguageModel(
        configuration: configuration, source: checkpoint, prepare: merging.merge,
        progress: { progress.update(completed: $0) })
    }
    progress.finish()
    adapterFingerprints = try options.adapters.map { path in
      Digest.sha256(try InputBytes.read(path + "/adapter_model.safetensors"))
    }
  }

  /// The tokenizer and chat template.
  ///
  /// - Throws: `TemplateError`.
  public func encoder() throws -> ConversationEncoder { try options.encoder(of: checkpoint) }

  /// Identifies the weights, adapters included.
  ///
  /// - Throws: `CheckpointError`.
  public func fingerprint() throws -> String {
    let base = try checkpoint.fingerprint()
    if adapterFingerprints.isEmpty { return base }
    return Digest.sha256(Array(([base] + adapterFingerprints).joined(separator: "\n").utf8))
  }

  /// What is known of the model for the root attributes of a file.
  ///
  /// - Parameter encoder: Tokenizer and template, when they were used.
  /// - Returns: What concerns the model; `RunOptions.provenance` adds the rest.
  /// - Throws: `CheckpointError`.
  public func provenance(encoder: ConversationEncoder?) throws -> Provenance {
    var provenance = Provenance()
    provenance.model = ([options.model] + options.adapters).joined(separator: " + ")
    provenance.architecture = language.configuration.architecture
    provenance.modelFingerprint = try fingerprint()
    if let encoder {
      provenance.tokenizerFingerprint = Digest.sha256(encoder.tokenizerDefinition)
      provenance.chatTemplateSHA256 =
        encoder.templateSource.map { Digest.sha256(Array($0.utf8)) } ?? ""
    }
    return provenance
  }
}

extension ModelOptions {
  /// Opens and loads the model.
  ///
  /// - Parameter quiet: Whether no progress is shown.
  /// - Returns: The model.
  /// - Throws: `CheckpointError`, `ModelError` with the path.
  public func load(quiet: Bool) throws -> LoadedModel {
    try LoadedModel(self, checkpoint: try Checkpoint(opening: model), quiet: quiet)
  }

  /// The tokenizer and chat template of a checkpoint, or the template that the flags name.
  ///
  /// - Parameter checkpoint: The model.
  /// - Returns: The encoder.
  /// - Throws: `TemplateError`.
  public func encoder(of checkpoint: Checkpoint) throws -> ConversationEncoder {
    try encoder(path: checkpoint.path, ggufMetadata: checkpoint.ggufMetadata)
  }

  /// The same of a model that may have no weights.
  ///
  /// - Parameter location: Where the model is.
  /// - Returns: The encoder.
  /// - Throws: `CheckpointError` or `TemplateError`.
  public func encoder(at location: ModelLocation) throws -> ConversationEncoder {
    switch location {
    case .folder(let folder): try encoder(path: folder.path, ggufMetadata: nil)
    case .gguf(let path):
      try encoder(path: path, ggufMetadata: GGUFFile(opening: path).metadata)
    }
  }

  private func encoder(path: String, ggufMetadata: JSONObject?) throws -> ConversationEncoder {
    if let ggufMetadata {
      return try ConversationEncoder(
        ggufMetadata: ggufMetadata, model: path, chatTemplate: chatTemplate)
    }
    return try ConversationEncoder(folder: path, chatTemplate: chatTemplate)
  }
}

/// Adds adapters to the weights of a layer when it is loaded.
private struct AdapterMerging {
  let configuration: ModelConfiguration
  let adapters: [LoRAAdapter]

  init(_ configuration: ModelConfiguration, _ adapters: [LoRAAdapter]) {
    self.configuration = configuration
    self.adapters = adapters
  }

  func merge(into weights: LayerWeights, layer: Int) {
    for module in configuration.linearModules(ofLayer: layer) {
      for case let change? in adapters.map({ $0.modules[module.checkpointName] }) {
        weights[module.site].merge(change.b, change.a, scale: change.scaling, rows: module.rows)
      }
    }
  }
}
