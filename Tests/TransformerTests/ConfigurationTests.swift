import OrderedJSON
import Testing
import Transformer

/// Both styles of configuration say the same, and what is not implemented is refused by name.
@Suite struct ConfigurationTests {
  private static let minimal = #"""
    {"model_type": "llama", "hidden_size": 48, "intermediate_size": 80, "num_hidden_layers": 2,
     "num_attention_heads": 6, "num_key_value_heads": 2, "vocab_size": 256
    """#

  private func parse(_ members: String) throws -> ModelConfiguration {
    try ModelConfiguration(parsing: try JSONValue(parsing: Self.minimal + members + "}"))
  }

  private func refusal(_ members: String) throws -> ModelError? {
    do {
      _ = try parse(members)
      return nil
    } catch let error as ModelError {
      return error
    }
  }

  @Test func unknownArchitecture() throws {
    #expect(try refusal(#", "model_type": "mamba""#) == .unknownArchitecture("mamba"))
  }

  @Test func unknownRopeType() throws {
    #expect(
      try refusal(#", "rope_scaling": {"rope_type": "yarn", "factor": 4}"#)
        == .unsupported(key: "rope_scaling.rope_type", value: #""yarn""#))
  }

  @Test func unknownActivation() throws {
    #expect(
      try refusal(#", "hidden_act": "relu""#) == .unsupported(key: "hidden_act", value: #""relu""#))
  }

  @Test func headsThatDoNotDivide() throws {
    #expect(
      try refusal(#", "num_key_value_heads": 4"#)
        == .invalidValue(
          key: "num_key_value_heads", value: "4", expected: "a divisor of num_attention_heads 6"))
  }

  @Test(arguments: ["0", "-3", "1e12", "\"9\"", "2.5"])
  func sizesOutOfRange(_ value: String) throws {
    let error = try refusal(", \"hidden_size\": \(value)")
    guard case .invalidValue(let key, _, _) = error else {
      Issue.record("\(value) gave \(String(describing: error))")
      return
    }
    #expect(key == "hidden_size")
  }

  @Test func missingArchitecture() throws {
    #expect(throws: ModelError.missingKey("model_type")) {
      try ModelConfiguration(parsing: ["hidden_size": 48])
    }
  }

  /// Files that hold only what differs from the class, such as those inside of Gemma 3's, are whole.
  @Test func absentSizesAreThoseOfTheClass() throws {
    let gemma = try ModelConfiguration(parsing: [
      "model_type": "gemma3_text", "hidden_size": 2560, "intermediate_size": 10240,
      "num_hidden_layers": 34, "sliding_window": 1024,
      "rope_scaling": ["factor": 8.0, "rope_type": "linear"],
    ])
    #expect(gemma.vocabularySize == 262_208 && gemma.contextLength == 131_072 * 8)
    #expect(gemma.headCount == 8 && gemma.keyValueHeadCount == 4 && gemma.headDimension == 256)
    #expect(gemma.rotaryEmbeddings.map(\.base) == [1_000_000, 10_000])
    #expect(gemma.rotaryEmbeddings.map(\.scaling) == [.linear(factor: 8), .none])
  }

  @Test func nullIsNotAbsence() throws {
    #expect(
      try refusal(#", "rms_norm_eps": null"#)
        == .invalidValue(key: "rms_norm_eps", value: "null", expected: "a positive number"))
  }

  /// Of two sections the one that does not count may not ask for what is not supported either.
  @Test(arguments: [
    (#""rope_scaling": {"type": "yarn"}, "rope_parameters": {}"#, "rope_scaling.type"),
    (
      #""rope_scaling": {"type": "linear", "factor": 2}, "rope_parameters": {"rope_type": "mrope"}"#,
      "rope_parameters.rope_type"
    ),
  ])
  func unsupportedRopeInEitherSection(_ members: String, _ key: String) throws {
    guard case .unsupported(key, _)? = try refusal(", " + members) else {
      Issue.record("\(members): \(String(describing: try refusal(", " + members)))")
      return
    }
  }

  @Test func ropeParametersAndRopeScalingMeanTheSame() throws {
    let scaling =
      #""factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0, "#
      + #""original_max_position_embeddings": 64, "rope_type": "llama3""#
    let old = try parse(", \"rope_theta\": 500000.0, \"rope_scaling\": {\(scaling)}")
    let new = try parse(", \"rope_parameters\": {\"rope_theta\": 500000.0, \(scaling)}")
    #expect(old == new)
    #expect(old.rotaryEmbeddings[0].base == 500_000)
    #expect(
      old.rotaryEmbeddings[0].scaling
        == .llama3(factor: 8, lowFrequency: 1, highFrequency: 4, originalContext: 64))
  }
}
