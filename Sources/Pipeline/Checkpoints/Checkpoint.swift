import Files
import LinearAlgebra
import ModelFiles
import OrderedJSON

/// A model on disk: its configuration and its weights, memory-mapped.
///
/// Whatever the format, tensors have their Hugging Face names, shapes and order of rows, and the
/// configuration has the keys of a `config.json`. Opening reads headers only; weights are converted
/// to float32 when they are asked for, from any number of threads at once.
public final class Checkpoint: Sendable {
  /// The folder or file that was opened.
  public let path: String
  /// The `config.json`; of a GGUF file the same keys, from its metadata.
  public let configuration: JSONValue
  /// The key/value pairs of a GGUF file in its order; nil for safetensors.
  public let ggufMetadata: JSONObject?
  let tensors: TensorTable

  /// Opens a model.
  ///
  /// - Parameter model: A folder in the Hugging Face layout, a GGUF file, or the id of a model in the
  ///   local Hugging Face cache.
  /// - Throws: `CheckpointError` when there is none, or when it is malformed or not supported.
  public convenience init(opening model: String) throws(CheckpointError) {
    try self.init(at: try ModelLocation(of: model))
  }

  /// Opens a model.
  ///
  /// - Parameter location: Where it is.
  /// - Throws: `CheckpointError` when it is malformed or not supported.
  public init(at location: ModelLocation) throws(CheckpointError) {
    switch location {
    case .folder(let folder):
      path = folder.path
      tensors = try Self.tensors(of: folder)
      guard let configuration = try folder.json(.configuration) else {
        throw .model(folder.path, .missingDocument(DocumentName.configuration.rawValue))
      }
      self.configuration = configuration
      ggufMetadata = nil
    case .gguf(let path):
      let file = try GGUFFile(opening: path)
      let model = try GGUFModel(file)
      self.path = path
      tensors = model.tensors
      configuration = model.configuration
      ggufMetadata = file.metadata
    }
  }

  private static func tensors(of folder: ModelFolder) throws(CheckpointError) -> TensorTable {
    switch try folder.weights() {
    case .single(let path): try SafetensorsFile(opening: path).tensors.renaming(Self.wholeName)
    case .sharded(let index):
      try ShardedSafetensors.tensors(index: index, in: folder.path).renaming(Self.wholeName)
    case .none, .gguf: throw .model(folder.path, .missingWeights)
    }
  }

  /// The name in a whole model of a tensor that was saved from the bare one, without the head:
  /// transformers puts the `model.` back too.
  private static func wholeName(of name: String) -> String? {
    let isBare = ["embed_tokens.", "layers.", "norm."].contains { name.utf8.starts(with: $0.utf8) }
    return isBare ? "model." + name : nil
  }

  /// The names of all tensors, in the order of the file.
  ///
  /// A model whose output layer is its embedding has no `lm_head.weight`.
  public var tensorNames: [String] { tensors.names }

  /// What the tensor of this name is, or nil when there is none.
  public func descriptor(of name: String) -> TensorDescriptor? { tensors[name]?.descriptor }

  /// Checks that the values of a tensor can be had; one that is not there is passed over.
  ///
  /// - Parameter name: Its name.
  /// - Throws: `CheckpointError.tensor` when its type or shape is not supported.
  public func requireReadable(_ name: String) throws(CheckpointError) {
    try tensors[name]?.requireReadable()
  }

  /// Whether two tensors have one shape and the same values, as float32.
  ///
  /// - Parameters:
  ///   - first: A name.
  ///   - second: Another.
  /// - Returns: Whether they are; a NaN equals none.
  /// - Throws: `CheckpointError.tensor` when there is none or its type is not supported.
  public func areEqual(_ first: String, _ second: String) throws(CheckpointError) -> Bool {
    try tensors.tensor(named: first).equals(tensors.tensor(named: second))
  }

  /// All values of a tensor, as float32: one row for up to one dimension.
  ///
  /// Memory: 4 bytes an element.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The values, rows x columns.
  /// - Throws: `CheckpointError.tensor` when there is none or its type is not supported.
  public func matrix(named name: String) throws(CheckpointError) -> Matrix {
    try tensors.matrix(named: name)
  }

  /// Converts some rows of a tensor to float32; nothing is allocated.
  ///
  /// For several threads that each fill a part of one buffer.
  ///
  /// - Parameters:
  ///   - name: Name of the tensor.
  ///   - rows: Rows of it.
  ///   - target: Where they go, one after another.
  ///   - offset: Position of the first value.
  /// - Throws: `CheckpointError.tensor` when there is none or its type is not supported.
  public func read(
    _ name: String, rows: Range<Int>, into target: inout MutableSpan<Float>, at offset: Int
  ) throws(CheckpointError) {
    try tensors.tensor(named: name).read(rows: rows, into: &target, at: offset)
  }

  /// Tells the kernel how a tensor is going to be used, so that it can read ahead or free memory.
  ///
  /// - Parameters:
  ///   - advice: What is going to happen.
  ///   - name: Name of the tensor; one that does not exist is passed over.
  ///   - rows: Some of its rows, which must be inside it; all when absent.
  public func advise(_ advice: AccessAdvice, for name: String, rows: Range<Int>? = nil) {
    guard let tensor = tensors[name] else { return }
    tensor.file.advise(advice, in: rows.map(tensor.byteRange) ?? tensor.byteRange)
  }
}
