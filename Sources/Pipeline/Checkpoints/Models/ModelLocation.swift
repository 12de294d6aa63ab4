import Files

/// Where a model is: what a name given by the user stands for.
public enum ModelLocation: Sendable {
  /// A folder in the Hugging Face layout, whole or partial.
  case folder(ModelFolder)
  /// A GGUF file.
  case gguf(path: String)

  /// Finds a model.
  ///
  /// A path comes before a hub id; a folder whose only weights are one GGUF file stands for that
  /// file.
  ///
  /// - Parameter model: A folder, a GGUF file, or the id of a model on the hub such as
  ///   `HuggingFaceTB/SmolLM2-135M-Instruct` or `org/name@revision`, which is looked up in the
  ///   local cache and never downloaded.
  /// - Throws: `CheckpointError` when there is none.
  public init(of model: String) throws(CheckpointError) {
    try self.init(of: model, in: .current)
  }

  package init(of model: String, in cache: HubCache) throws(CheckpointError) {
    switch FileEntry(at: model)?.type {
    case .folder: self = try Self.inFolder(model)
    case .file: self = try Self.file(model)
    case .other: throw .file(path: model, .notRegular)
    case nil: self = try Self.inFolder(try cache.folder(of: model))
    }
  }

  /// The folder or file.
  public var path: String {
    switch self {
    case .folder(let folder): folder.path
    case .gguf(let path): path
    }
  }

  private static func inFolder(_ path: String) throws(CheckpointError) -> ModelLocation {
    let folder = try ModelFolder(at: path)
    // Whatever keeps the weights from being used is no reason to hide the documents.
    if case .gguf(let file)? = try? folder.weights() { return .gguf(path: file) }
    return .folder(folder)
  }

  private static func file(_ path: String) throws(CheckpointError) -> ModelLocation {
    let file = try CheckpointError.file(path) { () throws(FileFault) in
      try MappedFile(opening: path)
    }
    let magic = file.bytes(in: 0..<min(GGUFFile.magic.count, file.byteCount))
    if magic == GGUFFile.magic || path.hasSuffix(".gguf") { return .gguf(path: path) }
    throw .model(path, ModelFolder.isPickle(path) ? .pickled(file: path) : .unknownFile)
  }
}
