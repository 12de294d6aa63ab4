import Checkpoints
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
