import Files
import ModelFiles
import OrderedJSON

/// A folder in the Hugging Face layout, whole or partial.
///
/// It says what is there and reads the small documents; nothing is required until it is asked for,
/// so a folder with only a tokenizer, or only a configuration, is a folder too.
public struct ModelFolder: Sendable {
  /// The documents beside the weights.
  public typealias Document = DocumentName

  /// What holds the weights; paths are whole.
  public enum Weights: Equatable, Sendable {
    /// Nothing.
    case none
    /// One safetensors file.
    case single(path: String)
    /// Several, with an index.
    case sharded(index: String)
    /// A GGUF file.
    case gguf(path: String)
  }

  /// The folder.
  public let path: String
  /// The names of all files in it, sorted by their bytes.
  public let fileNames: [String]

  /// Looks at a folder.
  ///
  /// - Parameter path: The folder.
  /// - Throws: `CheckpointError.file` when it cannot be read.
  public init(at path: String) throws(CheckpointError) {
    self.path = path
    fileNames = try CheckpointError.file(path) { () throws(FileFault) in
      try Folder.names(in: path)
    }
  }

  /// The folder inside of it that holds chat templates with names of their own, or nil.
  ///
  /// - Throws: `CheckpointError.file` when it cannot be read.
  public func templateFolder() throws(CheckpointError) -> ModelFolder? {
    contains(Document.namedTemplates) ? try ModelFolder(at: path(of: Document.namedTemplates)) : nil
  }

  /// The path of a file of this name in the folder.
  public func path(of name: String) -> String { "\(path)/\(name)" }

  /// Whether a document is there.
  public func contains(_ document: Document) -> Bool { contains(document.rawValue) }

  /// A document as JSON, or nil when it is not there.
  ///
  /// - Parameter document: One that is JSON.
  /// - Returns: The object.
  /// - Throws: `CheckpointError` when it is no JSON object.
  public func json(_ document: Document) throws(CheckpointError) -> JSONValue? {
    guard contains(document) else { return nil }
    let value = try Checkpoints.Document.json(at: path(of: document.rawValue))
    guard value.objectValue != nil else {
      throw .model(path, .unexpectedDocument(document.rawValue, found: value.kind))
    }
    return value
  }

  /// A document as text, or nil when it is not there.
  ///
  /// - Parameter document: One that is text.
  /// - Returns: The text, exactly as it is in the file.
  /// - Throws: `CheckpointError` when it is not UTF-8.
  public func text(_ document: Document) throws(CheckpointError) -> String? {
    contains(document) ? try text(of: document.rawValue) : nil
  }

  /// A file as text.
  ///
  /// - Parameter name: Of the file.
  /// - Returns: The text, exactly as it is in the file.
  /// - Throws: `CheckpointError` when it cannot be read or is not UTF-8.
  public func text(of name: String) throws(CheckpointError) -> String {
    let bytes = try Checkpoints.Document.bytes(at: path(of: name))
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .model(path, .invalidUTF8(name))
    }
    return text
  }

  /// What holds the weights, as transformers would choose: one file before several; and a GGUF file
  /// when there is nothing else.
  ///
  /// - Throws: `CheckpointError.model` for pickled weights, adapters and several GGUF files.
  public func weights() throws(CheckpointError) -> Weights {
    if contains(WeightsName.single.rawValue) {
      return .single(path: WeightsName.single.path(in: path))
    }
    if contains(WeightsName.index.rawValue) {
      return .sharded(index: WeightsName.index.path(in: path))
    }
    let ggufFiles = fileNames.filter { $0.hasSuffix(".gguf") }
    if ggufFiles.count > 1 { throw .model(path, .severalGGUFFiles(ggufFiles)) }
    if let file = ggufFiles.first { return .gguf(path: path(of: file)) }
    if let file = fileNames.first(where: Self.isPickle) { throw .model(path, .pickled(file: file)) }
    if contains(AdapterFileName.configuration.rawValue) { throw .model(path, .isAdapter) }
    return .none
  }

  /// Whether a file's name says that it holds pickled weights.
  static func isPickle(_ name: String) -> Bool {
    [".bin", ".pt", ".pth", ".ckpt", ".pkl"].contains { name.hasSuffix($0) }
  }

  private func contains(_ name: String) -> Bool { fileNames.contains(name) }
}
