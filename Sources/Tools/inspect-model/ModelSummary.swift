import Checkpoints
import CommandSupport
import Conversations
import Failures
import LinearAlgebra
import ModelFiles
import ModelLoading
import OrderedJSON
import Tokenization
import Transformer

/// What is known of a model without reading its weights; what is not there is nil.
///
/// Each part is looked at by itself, so that one that is missing, malformed or not supported hides
/// nothing of the others.
struct ModelSummary {
  let path: String
  private(set) var configuration: ModelConfiguration?
  /// Number of elements by the type that they are stored in.
  private(set) var elementCounts: [(type: ElementType, count: Int)] = []
  private(set) var encoder: ConversationEncoder?
  private(set) var template: TemplateSource?
  /// The names of the model's own templates.
  private(set) var templateNames: [String] = []
  /// What the template is handed beside the conversation.
  let templateArguments: TemplateArguments
  /// What is not supported, or wrong with a part.
  private(set) var problems: [any Failure] = []
  /// Where configuration and tensors did not agree, and how that was settled.
  private(set) var notes: [String] = []

  /// Tokens that memory and time are estimated for.
  let tokens: Int

  /// Looks at a model, whole or partial.
  ///
  /// - Parameters:
  ///   - options: The flags that name it.
  ///   - tokens: Tokens that memory and time are estimated for.
  /// - Throws: `CheckpointError` when there is no model.
  init(_ options: ModelOptions, tokens: Int) throws {
    self.tokens = tokens
    templateArguments = options.choice.templateArguments
    let location = try ModelLocation(of: options.model)
    path = location.path
    guard location.holdsSomething else { throw CheckpointError.model(path, .noModel) }
    let checkpoint = try attempt { try location.hasWeights ? Checkpoint(at: location) : nil }
    let json = try attempt {
      try checkpoint?.configuration ?? location.folder?.json(.configuration)
    }
    if let checkpoint {
      lookAtWeights(of: checkpoint)
      let checked = try attempt {
        try naming(location.path) { try CheckedConfiguration(of: checkpoint) }
      }
      configuration = checked?.configuration
      notes = checked?.notes ?? []
    }
    if configuration == nil, let json {
      configuration = try attempt {
        try naming(location.path) { try ModelConfiguration(parsing: json) }
      }
    }
    try lookAtTemplate(options, location)
    notes += try options.choice.templateNotes(at: location)
    encoder = try attempt { try location.hasTokenizer ? options.choice.encoder(at: location) : nil }
  }

  /// The first thing that is wrong with what is there, as opposed to merely not supported.
  var fault: (any Failure)? { problems.first { !$0.isUnsupported } }

  /// Runs something and notes why it fails, once.
  private mutating func attempt<Part>(_ body: () throws -> Part?) throws -> Part? {
    do {
      return try body()
    } catch let problem as any Failure {
      if !problems.contains(where: { $0.description == problem.description }) {
        problems.append(problem)
      }
      return nil
    }
  }

  private mutating func lookAtTemplate(
    _ options: ModelOptions, _ location: ModelLocation
  ) throws {
    let templates = try attempt {
      switch location {
      case .folder(let folder): try ModelTemplates(folder: folder.path)
      case .gguf(let path):
        try ModelTemplates(ggufMetadata: GGUFFile(opening: path).metadata, model: path)
      }
    }
    guard let templates else { return }
    templateNames = templates.names
    template = try attempt {
      try TemplateSource.chosen(options.variant.chatTemplate, model: .success(templates))
    }
    _ = try attempt { [template] in try template?.parsed() }
  }

  private mutating func lookAtWeights(of checkpoint: Checkpoint) {
    var counts: [ElementType: Int] = [:]
    for case let tensor? in checkpoint.tensorNames.map(checkpoint.descriptor) {
      // The product of sizes that are not zero was checked against the size of the file.
      let count = tensor.shape.contains(0) ? 0 : tensor.shape.reduce(1, *)
      counts[tensor.elementType, default: 0] += count
    }
    elementCounts = counts.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
      .map { (type: $0.key, count: $0.value) }
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

  /// Whether there is any part of a model that can be shown.
  fileprivate var holdsSomething: Bool {
    guard let folder else { return true }
    let documents: [ModelFolder.Document] = [
      .configuration, .tokenizer, .tokenizerConfiguration, .chatTemplate,
    ]
    // Weights that cannot be used are something too: the reason is shown.
    return documents.contains(where: folder.contains) || (try? hasWeights) ?? true
  }

  fileprivate var hasTokenizer: Bool { folder?.contains(.tokenizer) ?? true }
}
