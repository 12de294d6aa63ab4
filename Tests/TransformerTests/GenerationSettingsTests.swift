import Foundation
import OrderedJSON
import TestSupport
import Testing
import Tokens
import Transformer

/// Greedy decoding under settings, against transformers' `generate`
/// (`Tests/Python/make_generation_reference.py`).
@Suite struct GenerationSettingsTests {
  private static let reference = Result {
    try JSONValue(
      parsing: [UInt8](
        try Data(contentsOf: URL(filePath: Fixtures.path("transformer/generation.json")))))
  }

  private static func integers(_ value: JSONValue?) -> [[Int32]] {
    (value?.arrayValue ?? []).map { row in
      (row.arrayValue ?? []).compactMap(\.integerValue).map { Int32($0) }
    }
  }

  static var rowCount: Int { (try? reference.get()["rows"]?.arrayValue?.count) ?? 0 }

  @Test func `the reference is whole`() { #expect(Self.rowCount == 36) }

  @Test(arguments: 0..<rowCount, [1, 64])
  func `decodes what transformers decodes`(row: Int, batchSize: Int) throws {
    let reference = try Self.reference.get()
    let expected = try #require(reference["rows"]?.arrayValue?[row])
    let oracle = try OracleModel("llama")
    let settings = try GenerationSettings(
      parsing: try #require(expected["settings"]?.objectValue),
      vocabularySize: oracle.configuration.vocabularySize)
    let ends = Set((settings.endTokens ?? []).map { Int32($0) })
    let found = try oracle.model.continuations(
      of: Self.integers(reference["prompts"]),
      maxNewTokens: try #require(reference["new_tokens"]?.integerValue), stopTokens: ends,
      batchSize: batchSize, settings: settings)
    for (found, expected) in try pairs(found, Self.integers(expected["generated"])) {
      let isEnded = expected.last.map(ends.contains) ?? false
      #expect(found.tokens == (isEnded ? Array(expected.dropLast()) : expected))
      #expect(found.end == (isEnded ? expected.last.map { .stopToken($0) } : .newTokenLimit))
    }
  }

  /// A key that a later transformers adds would be named as unknown, and looked at.
  @Test func `knows every key of transformers`() throws {
    let keys = try #require(try Self.reference.get()["keys"]?.arrayValue).compactMap(\.stringValue)
    #expect(keys.count > 60)
    for key in keys {
      let settings = try GenerationSettings(
        parsing: JSONObject([.init(key: key, value: .null)]), vocabularySize: 8)
      #expect(settings.unknownKeys.isEmpty, "\(key)")
    }
    let odd = JSONObject([.init(key: "chat_format", value: "chatml")])
    #expect(try GenerationSettings(parsing: odd, vocabularySize: 8).unknownKeys == ["chat_format"])
  }

  @Test func `what is not greedy is kept apart`() throws {
    let object = try #require(
      try JSONValue(
        parsing: Array(
          #"{"do_sample": true, "temperature": 0.6, "top_p": 1.0, "num_beams": 4, "top_k": null, "#
            .utf8) + Array(#""penalty_alpha": 0.6, "dola_layers": "high", "max_length": 9}"#.utf8)
      ).objectValue)
    let settings = try GenerationSettings(parsing: object, vocabularySize: 8)
    #expect(
      settings.notApplied.keys == [
        "do_sample", "temperature", "num_beams", "penalty_alpha", "dola_layers", "max_length",
      ])
    #expect(settings.applied.keys.isEmpty)
  }

  @Test(arguments: [
    (#"{"guidance_scale": 1.5}"#, "'guidance_scale': 1.5 is not supported"),
    (#"{"stop_strings": ["x"]}"#, #"'stop_strings': ["x"] is not supported"#),
    (#"{"token_healing": true}"#, "'token_healing': true is not supported"),
    (#"{"watermarking_config": {}}"#, "'watermarking_config': {} is not supported"),
    (#"{"constraints": [1]}"#, "'constraints': [1] is not supported"),
    (#"{"force_words_ids": [[1]]}"#, "'force_words_ids': [[1]] is not supported"),
    (
      #"{"repetition_penalty": 0}"#, "'repetition_penalty' is 0, expected a positive number"
    ),
    (
      #"{"repetition_penalty": "1"}"#, #"'repetition_penalty' is "1", expected a positive number"#
    ),
    (
      #"{"encoder_repetition_penalty": -1}"#,
      "'encoder_repetition_penalty' is -1, expected a positive number"
    ),
    (
      #"{"no_repeat_ngram_size": -2}"#,
      "'no_repeat_ngram_size' is -2, expected an integer, 0 or greater"
    ),
    (#"{"min_length": 1e30}"#, "'min_length' is 1e+30, expected an integer, 0 or greater"),
    (
      #"{"suppress_tokens": "all"}"#,
      #"'suppress_tokens' is "all", expected a token id or a list of them"#
    ),
    (#"{"forced_eos_token_id": [9]}"#, "'forced_eos_token_id' is [9], expected ids from 0 to 7"),
    (#"{"forced_bos_token_id": -1}"#, "'forced_bos_token_id' is -1, expected ids from 0 to 7"),
    (
      #"{"bad_words_ids": [[8]]}"#,
      "'bad_words_ids' is [[8]], expected a list of lists of ids from 0 to 7"
    ),
    (
      #"{"bad_words_ids": []}"#,
      "'bad_words_ids' is [], expected a list of lists of ids from 0 to 7"
    ),
    (
      #"{"sequence_bias": [[1, 2.0]]}"#,
      "'sequence_bias' is [[1,2.0]], expected a list of [[ids from 0 to 7], number]"
    ),
    (
      #"{"exponential_decay_length_penalty": [1]}"#,
      "'exponential_decay_length_penalty' is [1], expected [first new token, factor]"
    ),
    (#"{"remove_invalid_values": 1}"#, "'remove_invalid_values' is 1, expected true or false"),
  ])
  func `names the key and the value`(text: String, message: String) throws {
    let object = try #require(try JSONValue(parsing: Array(text.utf8)).objectValue)
    let error = #expect(throws: GenerationConfigurationError.self) {
      try GenerationSettings(parsing: object, vocabularySize: 8)
    }
    #expect(error?.description == message)
  }

  @Test func `says when the context ends a response`() throws {
    let oracle = try OracleModel("llama")
    let prompt = [Int32](repeating: 5, count: oracle.configuration.contextLength - 3)
    let found = try oracle.model.continuations(of: [prompt], maxNewTokens: 9, stopTokens: [])
    #expect(found.map(\.end) == [.contextLength])
    #expect(found.map(\.tokens.count) == [3])
  }
}
