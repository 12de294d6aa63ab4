import Checkpoints
import Conversations
import Failures
import Files
import Jinja
import LinearAlgebra
import ModelFiles
import OrderedJSON
import ResultFiles
import Transformer

/// A model that was chosen, opened and checked; its weights are still in the files.
public struct OpenedModel {
  /// What was chosen.
  public let choice: ModelChoice
  /// The files.
  public let checkpoint: Checkpoint
  /// What the model computes.
  public let configuration: ModelConfiguration
  /// What a person should know of how the files were taken.
  public let notes: [String]
  let adapters: [LoRAAdapter]
  private let adapterFingerprints: [String]
  /// The changes of an adapter that is kept beside the weights; nil where adapters are merged into them.
  public internal(set) var keptFactors: ModuleMatrices?

  init(_ choice: ModelChoice, checkpoint: Checkpoint) throws {
    self.choice = choice
    self.checkpoint = checkpoint
    let checked = try naming(checkpoint.path) { try CheckedConfiguration(of: checkpoint) }
    let configuration = checked.configuration
    self.configuration = configuration
    let adapters = try choice.adapters.map { path in
      let adapter = try LoRAAdapter(reading: path)
      try adapter.check(
        against: checkpoint, modules: configuration.linearModules.map(\.checkpointName), path: path)
      return adapter
    }
    self.adapters = adapters
    notes =
      checked.notes.map { "\(checkpoint.path): \($0)" }
      + zip(choice.adapters, adapters).flatMap { path, adapter in
        adapter.notes.map { "\(path): \($0)" }
      }
      + choice.templateNotes(path: checkpoint.path, ggufMetadata: checkpoint.ggufMetadata)
    adapterFingerprints = try choice.adapters.map { try LoRAAdapter.fingerprint(of: $0) }
  }

  /// The weights, with adapters added to them unless they are kept beside them.
  var tensors: any TensorSource {
    if adapters.isEmpty || keptFactors != nil { return checkpoint }
    let changes = zip(choice.adapters, adapters).map { (path: $0, changes: $1.modules) }
    return AdaptedTensors(checkpoint, adapters: changes)
  }

  /// What the adapters add to the weights, by the name of the layer in the checkpoint.
  ///
  /// - Returns: For each layer that any of them changes its changes, in the order of the adapters.
  public func adapterChanges() -> [String: [LowRankMatrix]] {
    adapters.reduce(into: [:]) { changes, adapter in
      for (name, change) in adapter.modules { changes[name, default: []].append(change) }
    }
  }

  /// The tokenizer and chat template.
  ///
  /// - Throws: `ConversationError`.
  public func encoder() throws -> ConversationEncoder { try choice.encoder(of: checkpoint) }

  private var hasTokenizer: Bool {
    if let metadata = checkpoint.ggufMetadata { return metadata["tokenizer.ggml.model"] != nil }
    return (try? ModelFolder(at: checkpoint.path))?.contains(.tokenizer) ?? false
  }

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
  /// Without an encoder the tokenizer's fingerprint is `none`, or `unusable` where there is one.
  ///
  /// - Parameter encoder: Tokenizer and template, when they were used.
  /// - Returns: What concerns the model; the command that runs adds the rest.
  /// - Throws: `CheckpointError`.
  public func provenance(encoder: ConversationEncoder?) throws -> Provenance {
    var provenance = Provenance()
    provenance.model = ([choice.model] + choice.adapters).joined(separator: " + ")
    provenance.architecture = configuration.architecture
    provenance.modelFingerprint = try fingerprint()
    if let encoder {
      provenance.tokenizerFingerprint = Digest.sha256(encoder.tokenizerDefinition)
      provenance.chatTemplateSHA256 = encoder.templateFingerprint ?? ""
      provenance.templateArguments = encoder.arguments.record
      provenance.templateDate = encoder.dates.texts.joined(separator: "; ")
    } else {
      provenance.tokenizerFingerprint = hasTokenizer ? "unusable" : "none"
    }
    return provenance
  }
}
