import OrderedJSON

/// The `config.json` that says what the metadata of a GGUF file say.
///
/// Key by key what llama.cpp's `convert_hf_to_gguf.py` writes, turned round; what that script drops
/// because the architecture implies it is filled in as llama.cpp fills it in.
struct GGUFConfiguration {
  private let settings: GGUFSettings
  private let tensors: TensorTable
  private let rope: GGUFRopeScaling
  private var members = JSONObject()

  /// Collects what the configuration is made of.
  ///
  /// - Parameters:
  ///   - settings: The metadata.
  ///   - tensors: The tensors under their Hugging Face names.
  ///   - rope: How positions are stretched.
  init(_ settings: GGUFSettings, tensors: TensorTable, rope: GGUFRopeScaling) {
    self.settings = settings
    self.tensors = tensors
    self.rope = rope
  }

  /// The configuration.
  func json() throws(GGUFFault) -> JSONValue {
    var result = self
    try result.addShape()
    try result.addPositions()
    try result.addArchitecture()
    result.addTokens()
    return .object(result.members)
  }

  private var modelType: String {
    get throws(GGUFFault) {
      switch settings.architecture {
      // What sets Mistral apart from Llama is the window.
      case .llama: try settings.slidingWindow == nil ? "llama" : "mistral"
      case .gemma3: "gemma3_text"
      case .qwen2, .qwen3, .gemma2, .phi3: settings.architecture.rawValue
      }
    }
  }

  private mutating func addShape() throws(GGUFFault) {
    members["model_type"] = .string(try modelType)
    members["vocab_size"] = try vocabularySize.map { .integer($0) }
    members["hidden_size"] = .integer(settings.hiddenSize)
    members["intermediate_size"] = .integer(try settings.required("feed_forward_length"))
    members["num_hidden_layers"] = .integer(settings.layerCount)
    members["num_attention_heads"] = .integer(settings.headCount)
    members["num_key_value_heads"] = .integer(settings.keyValueHeadCount)
    members["head_dim"] = .integer(try settings.headDimension)
    guard let epsilon = try settings.number("attention.layer_norm_rms_epsilon") else {
      throw .missingValue(key: settings.fullKey("attention.layer_norm_rms_epsilon"))
    }
    members["rms_norm_eps"] = .number(epsilon)
    members["tie_word_embeddings"] = .bool(tensors["lm_head.weight"] == nil)
    members["torch_dtype"] = .string(torchType)
  }

  private mutating func addPositions() throws(GGUFFault) {
    members["max_position_embeddings"] = .integer(try settings.required("context_length"))
    members["rope_theta"] = .number(try settings.number("rope.freq_base") ?? 10_000)
    members["rope_scaling"] = rope.json
    let headDimension = try settings.headDimension
    let rotaryDimension = try settings.rotaryDimension
    if rotaryDimension != headDimension {
      members["partial_rotary_factor"] = .number(Double(rotaryDimension) / Double(headDimension))
    }
  }

  private mutating func addArchitecture() throws(GGUFFault) {
    members["sliding_window"] = try JSONValue(settings.slidingWindow)
    switch settings.architecture {
    case .llama:
      members["hidden_act"] = "silu"
      members["attention_bias"] = .bool(hasTensor("self_attn.q_proj.bias"))
      members["mlp_bias"] = .bool(hasTensor("mlp.up_proj.bias"))
    case .qwen2:
      members["hidden_act"] = "silu"
      members["use_sliding_window"] = false
    case .qwen3:
      members["hidden_act"] = "silu"
      members["attention_bias"] = .bool(hasTensor("self_attn.q_proj.bias"))
      members["use_sliding_window"] = false
    case .phi3:
      members["hidden_act"] = "silu"
      members["original_max_position_embeddings"] =
        rope.originalContextLength.map { .integer($0) } ?? members["max_position_embeddings"]
    case .gemma2, .gemma3:
      try addGemma()
    }
  }

  private mutating func addGemma() throws(GGUFFault) {
    members["hidden_activation"] = "gelu_pytorch_tanh"
    members["attention_bias"] = false
    members["query_pre_attn_scalar"] = try queryScalar
    members["layer_types"] = try layerTypes
    let isFirst = settings.architecture == .gemma2
    let attentionCap = try settings.number("attn_logit_softcapping") ?? (isFirst ? 50 : nil)
    let finalCap = try settings.number("final_logit_softcapping") ?? (isFirst ? 30 : nil)
    members["attn_logit_softcapping"] = JSONValue(attentionCap)
    members["final_logit_softcapping"] = JSONValue(finalCap)
    let localBase = try settings.number("rope.freq_base_swa")
    if settings.architecture == .gemma3 {
      members["rope_local_base_freq"] = .number(localBase ?? 10_000)
    } else if let localBase, try localBase != settings.number("rope.freq_base") ?? 10_000 {
      throw .invalidValue(
        key: settings.fullKey("rope.freq_base_swa"), value: "\(localBase)",
        expected: "the base of all layers, as Gemma 2 has one")
    }
  }

  private mutating func addTokens() {
    members["bos_token_id"] = JSONValue(settings.tokenID("bos"))
    members["eos_token_id"] = JSONValue(settings.tokenID("eos"))
    members["pad_token_id"] = JSONValue(settings.tokenID("padding"))
  }

  // MARK: Values that no key holds

  /// Rows of the embedding, which may be fewer than the vocabulary the model was trained with.
  private var vocabularySize: Int? {
    get throws(GGUFFault) {
      if let embedding = tensors["model.embed_tokens.weight"] { return embedding.descriptor.rows }
      return try settings.count("vocab_size")
    }
  }

  private var torchType: String {
    switch tensors["model.embed_tokens.weight"]?.descriptor.elementType {
    case .f16: "float16"
    case .bf16: "bfloat16"
    default: "float32"
    }
  }

  /// Queries are divided by the root of this: the head size, but in the two 27B models, which
  /// llama.cpp knows by their layers, the hidden size a head.
  private var queryScalar: JSONValue {
    get throws(GGUFFault) {
      let isLargest = settings.layerCount == (settings.architecture == .gemma2 ? 46 : 62)
      let dividesHidden = isLargest && settings.hiddenSize % settings.headCount == 0
      return .integer(
        dividesHidden ? settings.hiddenSize / settings.headCount : try settings.headDimension)
    }
  }

  /// Every second layer of Gemma 2 and every sixth of Gemma 3 sees everything.
  private var layerTypes: JSONValue {
    get throws(GGUFFault) {
      let pattern = try fullAttentionPeriod
      return .array(
        (1...settings.layerCount).map {
          $0 % pattern == 0 ? "full_attention" : "sliding_attention"
        })
    }
  }

  private var fullAttentionPeriod: Int {
    get throws(GGUFFault) {
      if try settings.slidingWindow == nil { return 1 }
      let implied = settings.architecture == .gemma2 ? 2 : 6
      return try settings.count("attention.sliding_window_pattern") ?? implied
    }
  }

  private func hasTensor(_ suffix: String) -> Bool {
    tensors["model.layers.0.\(suffix)"] != nil
  }
}
