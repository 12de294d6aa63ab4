import Checkpoints
import TestSupport
import Testing

/// Sound GGUF files that are no model we can run: each is refused for its own reason.
@Suite struct GGUFModelTests {
  @Test func noArchitecture() throws {
    try expect(GGUFBuilder(), .missingValue(key: "general.architecture"))
  }

  @Test(arguments: ["gpt2", "llama4", "qwen2moe", ""])
  func anotherArchitecture(_ name: String) throws {
    var builder = GGUFBuilder()
    builder.pairs = [GGUFBuilder.pair("general.architecture", text: name)]
    try expect(builder, .unsupportedArchitecture(name))
  }

  @Test(arguments: 1..<GGUFBuilder.settings("llama").count)
  func aSettingThatIsMissing(_ index: Int) throws {
    var builder = GGUFBuilder()
    builder.pairs = GGUFBuilder.settings("llama")
    builder.pairs.remove(at: index)
    let keys = [
      "block_count", "context_length", "embedding_length", "feed_forward_length",
      "attention.head_count", "attention.layer_norm_rms_epsilon",
    ]
    try expect(builder, .missingValue(key: "llama." + keys[index - 1]))
  }

  @Test func aSettingOfAnotherType() throws {
    try expect(
      replacing: GGUFBuilder.pair("llama.embedding_length", text: "8"),
      .invalidValue(
        key: "llama.embedding_length", value: "a string", expected: "an integer up to 2147483647"))
  }

  @Test func moreLayersThanAnyModelHas() throws {
    try expect(
      replacing: GGUFBuilder.pair("llama.block_count", integer: .max),
      .invalidValue(
        key: "llama.block_count", value: "4294967295", expected: "an integer up to 4096"))
  }

  @Test func aNumberThatIsNotFinite() throws {
    try expect(
      replacing: GGUFBuilder.pair("llama.attention.layer_norm_rms_epsilon", float: .infinity),
      .invalidValue(
        key: "llama.attention.layer_norm_rms_epsilon", value: "null", expected: "a finite number"))
  }

  @Test func headsThatDoNotDivideTheHiddenSize() throws {
    try expect(
      replacing: GGUFBuilder.pair("llama.attention.head_count", integer: 3),
      .invalidValue(
        key: "llama.embedding_length", value: "8", expected: "a multiple of 3 heads"))
  }

  @Test(arguments: [
    "blk.0.ffn_gate_exps.weight", "blk.0.attn_q.scale", "blk.00.attn_q.weight",
    "blk.-1.attn_q.weight", "blk.99999999999999999999.attn_q.weight", "output", "", "blk..weight",
    "blk.0.attn_q_norm.weight", "blk.0.attn_qkv.weight",
  ])
  func aTensorThatTheArchitectureDoesNotHave(_ name: String) throws {
    var builder = GGUFBuilder()
    builder.pairs = GGUFBuilder.settings("llama")
    builder.tensors = [GGUFBuilder.Tensor(name: name)]
    builder.data = [UInt8](repeating: 0, count: 16)
    try expect(builder, .unexpectedTensor(name, architecture: "llama"))
  }

  @Test(arguments: [[4, 6], [4, 0], [6]] as [[UInt64]])
  func rowsThatAreNotDividedIntoHeads(_ sizes: [UInt64]) throws {
    var builder = GGUFBuilder()
    builder.pairs = GGUFBuilder.settings("llama")
    builder.tensors = [GGUFBuilder.Tensor(name: "blk.0.attn_q.weight", sizes: sizes)]
    builder.data = [UInt8](repeating: 0, count: 96)
    try expect(
      builder,
      .unevenHeads(
        tensor: "blk.0.attn_q.weight", rows: Int(sizes.last ?? 0), heads: 2))
  }

  @Test func aBiasInBlocks() throws {
    var builder = GGUFBuilder()
    builder.pairs = GGUFBuilder.settings("llama")
    builder.tensors = [GGUFBuilder.Tensor(name: "blk.0.attn_q.bias", sizes: [32], type: 8)]
    builder.data = [UInt8](repeating: 0, count: 34)
    try expect(
      builder, .partialBlock(tensor: "blk.0.attn_q.bias", columns: 1, elementType: .q8_0))
  }

  @Test func divisorsOfAnotherNumber() throws {
    var builder = GGUFBuilder()
    builder.pairs = GGUFBuilder.settings("llama")
    builder.tensors = [GGUFBuilder.Tensor(name: "rope_freqs.weight", sizes: [3])]
    builder.data = [UInt8](repeating: 0, count: 12)
    try expect(
      builder,
      .invalidValue(key: "rope_freqs.weight", value: "[3] of F32", expected: "[2] of F32"))
  }

  @Test func divisorsBesideAScaling() throws {
    var builder = GGUFBuilder()
    builder.pairs =
      GGUFBuilder.settings("llama") + [
        GGUFBuilder.pair("llama.rope.scaling.type", text: "linear")
      ]
    builder.tensors = [GGUFBuilder.Tensor(name: "rope_freqs.weight", sizes: [2])]
    builder.data = [UInt8](repeating: 0, count: 8)
    try expect(
      builder,
      .invalidValue(
        key: "llama.rope.scaling.type", value: "\"linear\"",
        expected: "'none', as there is a rope_freqs.weight"))
  }

  /// Settings that change what is computed are read at a value that changes nothing, at another refused.
  ///
  /// Values that change nothing are those of llama.cpp.
  @Test(
    arguments: [
      ("expert_count", 0, 8), ("expert_used_count", 0, 2), ("nextn_predict_layers", 0, 1),
      ("attention.max_alibi_bias", 0, 8), ("attention.clamp_kqv", 0, 1), ("attention.scale", 0, 2),
      ("attention.kv_lora_rank", 0, 4), ("attention.shared_kv_layers", 0, 1),
      ("attention.temperature_length", 0, 8), ("attention.value_length", 4, 2),
      ("attention.key_length_swa", 4, 8), ("rope.dimension_count_swa", 4, 2),
      ("rope.dimension_sections", 0, 2), ("rope.scaling.alpha", 0, 2),
      ("rope.scaling.yarn_beta_fast", 0, 32), ("rope.scaling.attn_factor", 1, 2),
      ("logit_scale", 1, 4), ("residual_scale", 0, 4), ("embedding_scale", 1, 12),
      ("attn_logit_softcapping", 0, 50), ("final_logit_softcapping", 0, 30),
      ("swiglu_clamp_exp", 0, 7),
    ] as [(String, UInt32, UInt32)])
  func settingsThatChangeTheResult(_ key: String, _ neutral: UInt32, _ other: UInt32) throws {
    let folder = try TemporaryFolder()
    for (value, isRead) in [(neutral, true), (other, false)] {
      for pair in [
        GGUFBuilder.pair("llama." + key, integer: value),
        GGUFBuilder.pair("llama." + key, float: Float(value)),
      ] {
        var builder = GGUFBuilder()
        builder.pairs = GGUFBuilder.settings("llama") + [pair]
        let path = try folder.write(builder.bytes, to: "t.gguf")
        let result = Result { () throws(CheckpointError) in try Checkpoint(opening: path) }
        switch result {
        case .success: #expect(isRead, "\(key) \(value)")
        case .failure(.gguf(path, .invalidValue("llama." + key, _, _))): #expect(!isRead, "\(key)")
        case .failure(let error): Issue.record("\(error)")
        }
      }
    }
  }

  /// Defaults of llama.cpp.
  @Test func settingsThatAreNotThere() throws {
    let folder = try TemporaryFolder()
    var builder = GGUFBuilder()
    builder.pairs = GGUFBuilder.settings("llama")
    let json = try Checkpoint(
      opening: folder.write(builder.bytes, to: "t.gguf")
    ).configuration
    #expect(json["rope_theta"]?.doubleValue == 10_000)
    #expect(json["num_key_value_heads"]?.integerValue == json["num_attention_heads"]?.integerValue)
    #expect(json["head_dim"]?.integerValue == 4)
    #expect(json["rope_scaling"]?.isNull == true)
  }

  @Test func textThatIsNotUTF8() throws {
    let folder = try TemporaryFolder()
    let bad = (2 as UInt64).bytes + [0xff, 0xfe]
    for key in ["general.description", "quantize.imatrix.file", "other"] {
      var builder = GGUFBuilder()
      builder.pairs = GGUFBuilder.settings("llama") + [GGUFBuilder.pair(key, 8, bad)]
      _ = try Checkpoint(opening: folder.write(builder.bytes, to: "t.gguf"))
    }
    for key in ["llama.rope.scaling.type", "tokenizer.chat_template", "tokenizer.ggml.pre"] {
      var builder = GGUFBuilder()
      builder.pairs = GGUFBuilder.settings("llama") + [GGUFBuilder.pair(key, 8, bad)]
      try expect(builder, .unreadableText(key))
    }
    try expect(
      replacing: GGUFBuilder.pair("general.architecture", 8, bad),
      .unreadableText("general.architecture"))
  }

  private func expect(
    replacing pair: [UInt8], _ fault: GGUFFault, at location: SourceLocation = #_sourceLocation
  ) throws {
    var builder = GGUFBuilder()
    let key = pair.prefix(8 + Int(pair[0]))
    builder.pairs = GGUFBuilder.settings("llama").map { $0.starts(with: key) ? pair : $0 }
    try expect(builder, fault, at: location)
  }

  private func expect(
    _ builder: GGUFBuilder, _ fault: GGUFFault, at location: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(builder.bytes, to: "t.gguf")
    #expect(throws: CheckpointError.gguf(path: path, fault), sourceLocation: location) {
      try Checkpoint(opening: path)
    }
  }
}
