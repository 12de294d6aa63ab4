import Checkpoints
import OrderedJSON

/// What a model computes, settled between its `config.json` and the tensors that are there, as
/// transformers settles it.
public struct CheckedConfiguration {
  /// What the model computes; every tensor that it calls for is there and can be read.
  public private(set) var configuration: ModelConfiguration
  /// What a person should know: where configuration and tensors did not agree.
  public private(set) var notes: [String] = []

  /// Reads the configuration of a checkpoint and checks it against the tensors.
  ///
  /// - Parameter checkpoint: The model.
  /// - Throws: `ModelError` naming the key or the tensor; `CheckpointError.tensor` for a tensor of a
  ///   type that is not supported.
  public init(of checkpoint: Checkpoint) throws {
    let quantization = checkpoint.configuration["quantization_config"]
    var json = checkpoint.configuration.objectValue ?? JSONObject()
    json["quantization_config"] = nil
    do {
      configuration = try ModelConfiguration(
        parsing: quantization == nil ? checkpoint.configuration : .object(json))
    } catch {
      // Of what is no model without the quantisation either, that is the first thing to say.
      _ = try ModelConfiguration(parsing: checkpoint.configuration)
      throw error
    }
    try settleHead(checkpoint)
    if let quantization, !quantization.isNull {
      try settleQuantization(quantization, checkpoint)
    }
    try configuration.requireTensors(in: checkpoint)
    for (name, _) in configuration.tensorShapes { try checkpoint.requireReadable(name) }
    noteUnread(checkpoint)
  }

  // MARK: The head

  private static let embedding = ModelConfiguration.embeddingName
  private static let head = "lm_head.weight"

  /// Tied tables are one only where the file holds one of them, or two that are equal: a head of its
  /// own stays one, whatever the configuration says.
  private mutating func settleHead(_ checkpoint: Checkpoint) throws {
    guard configuration.tiesEmbeddings, let head = checkpoint.descriptor(of: Self.head) else {
      return
    }
    guard let embedding = checkpoint.descriptor(of: Self.embedding) else {
      configuration.embeddingTensor = Self.head
      return
    }
    if embedding.shape == head.shape, try checkpoint.areEqual(Self.embedding, Self.head) { return }
    configuration.tiesEmbeddings = false
    notes.append(
      "'tie_word_embeddings' is true, but '\(Self.head)' is not '\(Self.embedding)': the head of the "
        + "file is used")
  }

  // MARK: Quantisation

  /// A `quantization_config` over plain weights was left behind; over others it is refused.
  private mutating func settleQuantization(
    _ quantization: JSONValue, _ checkpoint: Checkpoint
  ) throws {
    let method = quantization["quant_method"]?.text() ?? quantization.kind
    let isPlain = configuration.tensorShapes.allSatisfy { name, shape in
      guard let tensor = checkpoint.descriptor(of: name) else { return false }
      return tensor.shape == shape && Self.plainTypes.contains(tensor.elementType)
    }
    guard isPlain, !checkpoint.tensorNames.contains(where: Self.belongsToQuantization) else {
      throw ModelError.unsupported(key: "quantization_config", value: method)
    }
    notes.append(
      "'quantization_config' (\(method)) is passed over, as all weights are stored as plain numbers"
    )
  }

  private static let plainTypes: [ElementType] = [.f64, .f32, .f16, .bf16]

  /// Whether a tensor says how another is quantised.
  private static func belongsToQuantization(_ name: String) -> Bool {
    let last = name.split(separator: ".").last.map(String.init) ?? name
    return [
      "weight_scale", "weight_scale_inv", "weight_scale_2", "weight_packed", "weight_shape",
      "weight_zero_point", "weight_g_idx", "input_scale", "output_scale", "scales", "qweight",
      "qzeros", "g_idx", "SCB", "weight_format", "absmax", "quant_map", "nested_absmax",
      "nested_quant_map", "weight_blocks", "weight_scales",
    ].contains(last) || last.hasPrefix("bitsandbytes__")
  }

  // MARK: Tensors that nothing reads

  /// As in transformers, a tensor that the architecture has no place for is passed over, but not in
  /// silence.
  private mutating func noteUnread(_ checkpoint: Checkpoint) {
    let read = Set(configuration.tensorShapes.map(\.name))
    let unread = checkpoint.tensorNames.filter { !read.contains($0) && !Self.isHarmless($0) }
    guard let first = unread.first else { return }
    notes.append(
      unread.count == 1
        ? "tensor '\(first)' is not part of the model and is not used"
        : "\(unread.count) tensors are not part of the model and are not used, '\(first)' the first"
    )
  }

  /// Tables that the configuration implies, and a head that was found equal to the embedding.
  private static func isHarmless(_ name: String) -> Bool {
    name == head || name.hasSuffix("rotary_emb.inv_freq")
  }
}
