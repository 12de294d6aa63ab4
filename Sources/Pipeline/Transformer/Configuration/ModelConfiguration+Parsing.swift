import OrderedJSON

extension ModelConfiguration {
  /// Reads a configuration as transformers writes it, in the style of version 4 or 5.
  ///
  /// - Parameter json: The contents of `config.json`.
  /// - Throws: `ModelError` naming the key; an architecture, rope type or option that is not
  ///   implemented is refused, never guessed at.
  public init(parsing json: JSONValue) throws(ModelError) {
    guard let object = json.objectValue else {
      throw .invalidValue(key: "(root)", value: json.kind, expected: "an object")
    }
    let name = try ConfigurationReader(object: object).string("model_type")
    guard let architecture = Architecture.named(name) else { throw .unknownArchitecture(name) }
    let reader = ConfigurationReader(object: object, defaults: architecture.defaults)
    if let section = try reader.section("quantization_config") {
      throw .unsupported(key: "quantization_config", value: section.shown("quant_method"))
    }
    try reader.refuseOtherAttention()
    try self.init(shapes: reader, architecture: name)
    try architecture.adjust(&self, reader)
    stretchContext()
    try validateShapes()
  }

  /// What all architectures share: shapes, the norm's epsilon, one rotary embedding, no window.
  private init(shapes reader: ConfigurationReader, architecture: String) throws(ModelError) {
    self.architecture = architecture
    hiddenSize = try reader.size("hidden_size")
    intermediateSize = try reader.size("intermediate_size")
    layerCount = try reader.size("num_hidden_layers")
    headCount = try reader.size("num_attention_heads")
    keyValueHeadCount = try reader.optionalSize("num_key_value_heads") ?? headCount
    headDimension =
      try reader.defaults["head_dim"] == nil
      ? reader.optionalSize("head_dim") ?? max(1, hiddenSize / headCount) : reader.size("head_dim")
    vocabularySize = try reader.size("vocab_size")
    contextLength = try reader.size("max_position_embeddings")
    normEpsilon = Float(try reader.number("rms_norm_eps"))
    tiesEmbeddings = try reader.flag("tie_word_embeddings")
    attentionScale = 1 / Float(headDimension).squareRoot()
    guard layerCount <= 4096 else { throw reader.invalid("num_hidden_layers", "at most 4096") }
    layers = Array(repeating: LayerConfiguration(), count: layerCount)
    rotaryEmbeddings = []
  }

  /// Linear and dynamic scaling are there to go beyond `max_position_embeddings`, which stays what
  /// the model was trained on.
  private mutating func stretchContext() {
    let factors = rotaryEmbeddings.map { rotary -> Double in
      switch rotary.scaling {
      case .linear(let factor), .dynamic(let factor, _): max(1, factor)
      case .none, .llama3, .longRope: 1
      }
    }
    let length = Double(contextLength) * (factors.max() ?? 1)
    contextLength = Int(min(length, Double(1 << 24)))
  }

  private func validateShapes() throws(ModelError) {
    guard headCount.isMultiple(of: keyValueHeadCount) else {
      throw .invalidValue(
        key: "num_key_value_heads", value: "\(keyValueHeadCount)",
        expected: "a divisor of num_attention_heads \(headCount)")
    }
    let sizes = [
      hiddenSize, intermediateSize, vocabularySize, headCount, headDimension, contextLength,
    ]
    // 2^24 in any one direction keeps every product of shapes far inside an Int and every BLAS
    // argument inside an Int32.
    for size in sizes where size > 1 << 24 {
      throw .invalidValue(key: "(shape)", value: "\(size)", expected: "at most \(1 << 24)")
    }
    guard headCount * headDimension <= 1 << 24, 2 * intermediateSize <= 1 << 25 else {
      throw .invalidValue(
        key: "head_dim", value: "\(headDimension)", expected: "fewer than 2^24 in all heads")
    }
  }

  mutating func useActivation(_ reader: ConfigurationReader, key: String) throws(ModelError) {
    switch try reader.string(key) {
    case "silu", "swish": activation = .silu
    case "gelu_pytorch_tanh", "gelu_new", "gelu_fast": activation = .geluTanh
    default: throw reader.unsupported(key)
    }
  }
}

extension ConfigurationReader {
  /// Refuses what changes the attention of any architecture: masks that let a token see what comes
  /// after it, and configurations of single layers.
  fileprivate func refuseOtherAttention() throws(ModelError) {
    // transformers asks whether `is_causal` is truthy.
    if let isCausal = object["is_causal"], isCausal.boolValue != true {
      throw unsupported("is_causal")
    }
    if let value = value("use_bidirectional_attention"), value.boolValue != false {
      throw unsupported("use_bidirectional_attention")
    }
    if value("per_layer_config") != nil { throw unsupported("per_layer_config") }
  }
}
