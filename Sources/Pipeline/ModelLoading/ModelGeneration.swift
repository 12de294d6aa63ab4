import Checkpoints
import Failures
import ModelFiles
import OrderedJSON
import Transformer

/// Generation settings and the document that they are from.
public struct ModelGeneration {
  /// The settings.
  public let settings: GenerationSettings
  /// `generation_config.json`, or `config.json` where that is missing.
  public let source: String?

  /// Reads what stands beside the weights of a model; a GGUF file has no such settings.
  ///
  /// - Parameter model: The model.
  /// - Throws: `CheckpointError`, or `GenerationConfigurationError` with the path.
  public init(of model: OpenedModel) throws {
    guard model.checkpoint.ggufMetadata == nil else {
      settings = GenerationSettings()
      source = nil
      return
    }
    let folder = try ModelFolder(at: model.checkpoint.path)
    let own = try folder.json(.generationConfiguration)?.objectValue
    let name: ModelFolder.Document = own == nil ? .configuration : .generationConfiguration
    let object = try own ?? folder.json(.configuration)?.objectValue ?? JSONObject()
    settings = try naming(folder.path(of: name.rawValue)) {
      try GenerationSettings(
        parsing: object, vocabularySize: model.configuration.vocabularySize,
        isModelConfiguration: own == nil)
    }
    source = name.rawValue
  }

  /// What `scores.json` says about it.
  public var json: JSONValue {
    [
      "decoding": "greedy", "settings_from": JSONValue(source),
      "applied": .object(settings.applied), "not_applied": .object(settings.notApplied),
    ]
  }

  /// What the user should know, a line each.
  public var notes: [String] {
    guard let source else { return [] }
    var notes: [String] = []
    if !settings.notApplied.keys.isEmpty {
      notes.append(
        "\(source): responses are greedy, so not applied: "
          + settings.notApplied.keys.joined(separator: ", "))
    }
    if !settings.unknownKeys.isEmpty {
      notes.append(
        "\(source): unknown keys, not applied: " + settings.unknownKeys.joined(separator: ", "))
    }
    return notes
  }
}
