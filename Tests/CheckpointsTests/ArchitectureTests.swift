import Checkpoints
import OrderedJSON
import TestSupport
import Testing

/// GGUF files of every architecture against the Hugging Face folder of the same model.
///
/// The files were made with gguf-py and read back by transformers; see `make_fixtures.py`.
@Suite struct ArchitectureTests {
  static let names = ["llama3", "qwen2", "qwen3", "gemma2", "gemma3", "phi3"]

  @Test(arguments: names)
  func tensorsEqualThoseOfTheFolder(_ name: String) throws {
    let (gguf, folder) = try open(name)
    #expect(gguf.tensorNames.sorted() == folder.tensorNames.sorted())
    for tensor in folder.tensorNames {
      #expect(gguf.descriptor(of: tensor)?.shape == folder.descriptor(of: tensor)?.shape)
      #expect(try gguf.matrix(named: tensor).elements == folder.matrix(named: tensor).elements)
    }
  }

  @Test(arguments: names)
  func configurationEqualsThatOfTheFolder(_ name: String) throws {
    let (gguf, folder) = try open(name)
    // Keys that hold something else: positions have tests of their own, and a GGUF file has no
    // padding token unless one was given.
    let different: Set<String> = [
      "rope_theta", "rope_scaling", "rope_local_base_freq", "pad_token_id", "torch_dtype",
      "use_sliding_window", "layer_types", "sliding_window", "head_dim", "attention_bias",
      "attn_logit_softcapping", "final_logit_softcapping",
    ]
    let configuration = try #require(gguf.configuration.objectValue)
    for member in configuration.members where !different.contains(member.key) {
      #expect(member.value.text() == folder.configuration[member.key]?.text(), "\(member.key)")
    }
    for key in different {
      guard let expected = folder.configuration[key], key != "pad_token_id" else { continue }
      guard !(name.hasPrefix("qwen") && key == "layer_types") else { continue }
      #expect(configuration[key]?.text() == expected.text(), "\(key)")
    }
  }

  @Test(arguments: names)
  func ropeBaseEqualsThatOfTheFolder(_ name: String) throws {
    let (gguf, folder) = try open(name)
    let rope = try #require(folder.configuration["rope_parameters"])
    let full = rope["full_attention"] ?? rope
    #expect(gguf.configuration["rope_theta"]?.doubleValue == full["rope_theta"]?.doubleValue)
    #expect(
      gguf.configuration["rope_local_base_freq"]?.doubleValue
        == rope["sliding_attention"]?["rope_theta"]?.doubleValue)
  }

  @Test func frequencyDivisorsBecomeALongRope() throws {
    let (gguf, folder) = try open("llama3")
    let rope = try #require(folder.configuration["rope_parameters"])
    let scaling = try #require(gguf.configuration["rope_scaling"])
    #expect(scaling["rope_type"]?.stringValue == "longrope")
    #expect(scaling["attention_factor"]?.doubleValue == 1)
    #expect(scaling["short_factor"]?.text() == scaling["long_factor"]?.text())
    // Two frequencies a head: 1, whose wavelength of 2 pi stays as it is, and 500000^-0.5, whose
    // wavelength is beyond the old context and grows by the factor.
    let factors = scaling["short_factor"]?.arrayValue?.compactMap(\.doubleValue)
    #expect(factors == [1, try #require(rope["factor"]?.doubleValue)])
  }

  @Test func longRopeOfPhi3KeepsItsLists() throws {
    let (gguf, folder) = try open("phi3")
    let scaling = try #require(gguf.configuration["rope_scaling"])
    let expected = try #require(folder.configuration["rope_parameters"])
    for key in ["rope_type", "short_factor", "long_factor", "original_max_position_embeddings"] {
      #expect(scaling[key]?.text() == expected[key]?.text(), "\(key)")
    }
    // The root of 1 + log(64 / 32) / log 32.
    let factor = try #require(scaling["attention_factor"]?.doubleValue)
    #expect(abs(factor - 1.2.squareRoot()) < 1e-6)
  }

  @Test func aWindowMakesALlamaAMistral() throws {
    var builder = GGUFBuilder()
    builder.pairs =
      GGUFBuilder.settings("llama") + [
        GGUFBuilder.pair("llama.attention.sliding_window", integer: 16)
      ]
    let configuration = try configuration(of: builder)
    #expect(configuration["model_type"]?.stringValue == "mistral")
    #expect(configuration["sliding_window"]?.integerValue == 16)
  }

  @Test func linearScalingKeepsItsFactor() throws {
    var builder = GGUFBuilder()
    builder.pairs =
      GGUFBuilder.settings("llama") + [
        GGUFBuilder.pair("llama.rope.scaling.type", text: "linear"),
        GGUFBuilder.pair("llama.rope.scaling.factor", float: 4),
      ]
    let scaling = try #require(try configuration(of: builder)["rope_scaling"])
    #expect(scaling.text() == #"{"rope_type":"linear","factor":4.0}"#)
  }

  @Test func partialRotationIsAFraction() throws {
    var builder = GGUFBuilder()
    builder.pairs =
      GGUFBuilder.settings("phi3") + [
        GGUFBuilder.pair("phi3.rope.dimension_count", integer: 2),
        GGUFBuilder.pair("phi3.attention.sliding_window", integer: 0),
      ]
    let configuration = try configuration(of: builder)
    #expect(configuration["head_dim"]?.integerValue == 4)
    #expect(configuration["partial_rotary_factor"]?.doubleValue == 0.5)
  }

  @Test func theLargestGemmasScaleQueriesByTheHiddenSize() throws {
    for (architecture, layers) in [("gemma2", 46), ("gemma3", 62)] {
      var builder = GGUFBuilder()
      builder.pairs = GGUFBuilder.settings(architecture).map { pair in
        pair == GGUFBuilder.pair("\(architecture).block_count", integer: 1)
          ? GGUFBuilder.pair("\(architecture).block_count", integer: UInt32(layers)) : pair
      }
      builder.pairs.append(GGUFBuilder.pair("\(architecture).attention.key_length", integer: 6))
      builder.pairs.append(
        GGUFBuilder.pair("\(architecture).attention.sliding_window", integer: 8))
      let configuration = try configuration(of: builder)
      #expect(configuration["query_pre_attn_scalar"]?.integerValue == 4)
      #expect(configuration["head_dim"]?.integerValue == 6)
    }
  }

  /// Absent, the window is that of llama.cpp (`llm_load_hparams`, before its pull request 13676).
  @Test(
    arguments: [
      ("gemma2", 1, 64, nil, 4096), ("gemma2", 1, 64, 8, 8), ("phi3", 32, 4096, nil, 2047),
      ("phi3", 40, 4096, nil, 2047), ("phi3", 32, 131_072, nil, 262_144),
      ("phi3", 40, 131_072, nil, 131_072), ("phi3", 32, 4096, 0, nil), ("phi3", 32, 4096, 100, 100),
      ("gemma3", 1, 64, 0, nil),
    ] as [(String, UInt32, UInt32, UInt32?, Int?)])
  func windows(
    _ architecture: String, _ layers: UInt32, _ context: UInt32, _ stated: UInt32?, _ window: Int?
  ) throws {
    let builder = model(architecture, layers, context, window: stated)
    let found = try configuration(of: builder)["sliding_window"]
    #expect(found?.integerValue == window)
    #expect(found != nil)
  }

  @Test(arguments: [("phi3", 32, 8192), ("phi3", 24, 4096), ("gemma3", 26, 4096)])
  func windowsThatNobodyCanKnow(_ architecture: String, _ layers: UInt32, _ context: UInt32) throws
  {
    let error = #expect(throws: CheckpointError.self) {
      try configuration(of: model(architecture, layers, context, window: nil))
    }
    guard case .gguf(_, .missingValue(let key))? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(key == "\(architecture).attention.sliding_window")
  }

  @Test func aSecondRopeBaseOfGemma2IsRefused() throws {
    var builder = model("gemma2", 1, 64, window: 8)
    builder.pairs.append(GGUFBuilder.pair("gemma2.rope.freq_base_swa", float: 500))
    #expect(throws: CheckpointError.self) { try configuration(of: builder) }
    builder.pairs[builder.pairs.count - 1] =
      GGUFBuilder.pair("gemma2.rope.freq_base_swa", float: 10_000)
    #expect(try configuration(of: builder)["rope_theta"]?.doubleValue == 10_000)
  }

  private func model(
    _ architecture: String, _ layers: UInt32, _ context: UInt32, window stated: UInt32?
  ) -> GGUFBuilder {
    var builder = GGUFBuilder()
    let replaced = ["block_count": layers, "context_length": context, "attention.head_count": 32]
    builder.pairs = GGUFBuilder.settings(architecture).filter { pair in
      !replaced.keys.contains { pair.starts(with: GGUFBuilder.string("\(architecture).\($0)")) }
    }
    for (key, value) in replaced {
      builder.pairs.append(GGUFBuilder.pair("\(architecture).\(key)", integer: value))
    }
    builder.pairs.append(GGUFBuilder.pair("\(architecture).attention.key_length", integer: 4))
    if let stated {
      builder.pairs.append(
        GGUFBuilder.pair("\(architecture).attention.sliding_window", integer: stated))
    }
    return builder
  }

  private func open(_ name: String) throws -> (gguf: Checkpoint, folder: Checkpoint) {
    let folder = Fixtures.path("checkpoints/architectures/\(name)")
    return (try Checkpoint(opening: "\(folder)/\(name).gguf"), try Checkpoint(opening: folder))
  }

  private func configuration(of builder: GGUFBuilder) throws -> JSONValue {
    let folder = try TemporaryFolder()
    let path = try folder.write(builder.bytes, to: "model.gguf")
    return try Checkpoint(opening: path).configuration
  }
}
