import OrderedJSON
import Testing
import Tokenization

/// The keys of a GGUF file that change the ids of a text, present and absent: what llama.cpp takes them to
/// mean (`src/llama-vocab.cpp`), or a refusal by name.
@Suite struct GGUFTokenizerTests {
  private static func byteLevel(_ others: String) throws -> JSONObject {
    try metadata(
      #"""
      {"tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "gpt-2",
       "tokenizer.ggml.tokens": ["a", "b", "ab", "1", "12", "2", "3", "<s>", "</s>"],
       "tokenizer.ggml.merges": ["a b", "1 2"],
       "tokenizer.ggml.token_type": [1, 1, 1, 1, 1, 1, 1, 3, 3]}
      """#, others)
  }

  private static func sentencePiece(_ others: String) throws -> JSONObject {
    try metadata(
      #"""
      {"tokenizer.ggml.model": "llama", "tokenizer.ggml.tokens": ["<unk>", "<s>", "</s>", "a", "▁", "▁a"],
       "tokenizer.ggml.scores": [0, 0, 0, -3, -2, -1],
       "tokenizer.ggml.token_type": [2, 3, 3, 1, 1, 1]}
      """#, others)
  }

  /// The pairs with others in their place; null takes one away.
  private static func metadata(_ text: String, _ others: String) throws -> JSONObject {
    let json = try JSONValue(parsing: text)
    var object = try #require(json.objectValue)
    for member in try JSONValue(parsing: "{\(others)}").objectValue?.members ?? [] {
      object[member.key] = member.value.isNull ? nil : member.value
    }
    return object
  }

  private static func ids(_ text: String, _ metadata: JSONObject) throws -> [Int] {
    try Tokenizer(json: Tokenizer.tokenizerJSON(fromGGUF: metadata)).encode(
      text, addSpecialTokens: true
    ).map { Int($0.id) }
  }

  @Test(arguments: [
    ("", [2]), (#""tokenizer.ggml.add_bos_token": false"#, [2]),
    (#""tokenizer.ggml.add_bos_token": true, "tokenizer.ggml.bos_token_id": 7"#, [7, 2]),
    (#""tokenizer.ggml.bos_token_id": 7"#, [2]),
    (#""tokenizer.ggml.add_eos_token": true, "tokenizer.ggml.eos_token_id": 8"#, [2, 8]),
    (#""tokenizer.ggml.pre": "llama-bpe", "tokenizer.ggml.bos_token_id": 7"#, [7, 2]),
    (#""tokenizer.ggml.pre": "tekken", "tokenizer.ggml.bos_token_id": 7"#, [7, 2]),
    (
      #""tokenizer.ggml.pre": "tekken", "tokenizer.ggml.bos_token_id": 7, "tokenizer.ggml.add_bos_token": false"#,
      [2]
    ),
    (#""tokenizer.ggml.pre": "qwen2", "tokenizer.ggml.bos_token_id": 7"#, [2]),
    (
      #""tokenizer.ggml.remove_extra_whitespaces": false, "tokenizer.ggml.add_sep_token": false"#,
      [2]
    ),
    (#""tokenizer.ggml.token_type": null"#, [2]),
  ])
  func tokensAroundAByteLevelText(_ others: String, _ expected: [Int]) throws {
    #expect(try Self.ids("ab", Self.byteLevel(others)) == expected)
  }

  @Test(arguments: [
    ("", [1, 5]), (#""tokenizer.ggml.add_bos_token": false"#, [5]),
    (#""tokenizer.ggml.add_space_prefix": false"#, [1, 3]),
    (#""tokenizer.ggml.add_eos_token": true"#, [1, 5, 2]),
    (#""tokenizer.ggml.bos_token_id": 2"#, [2, 5]),
    (#""tokenizer.ggml.precompiled_charsmap": []"#, [1, 5]),
  ])
  func tokensAroundASentencePieceText(_ others: String, _ expected: [Int]) throws {
    #expect(try Self.ids("a", Self.sentencePiece(others)) == expected)
  }

  @Test(arguments: [
    ("tokenizer.ggml.add_sep_token", "true"), ("tokenizer.ggml.remove_extra_whitespaces", "true"),
    ("tokenizer.ggml.normalizer.lowercase", "true"),
    ("tokenizer.ggml.normalizer.strip_accents", "true"),
    ("tokenizer.ggml.precompiled_charsmap", "[1, 2]"), ("tokenizer.ggml.model", #""t5""#),
    ("tokenizer.ggml.pre", #""unheard-of""#), ("tokenizer.ggml.pre", "null"),
    ("tokenizer.ggml.token_type", "[0, 1, 1, 1, 1, 1, 1, 3, 3]"),
    ("tokenizer.ggml.merges", "null"), ("tokenizer.ggml.tokens", "null"),
  ])
  func whatIsNotSupportedIsNamed(_ key: String, _ value: String) throws {
    let error = #expect(throws: TokenizerError.self) {
      try Self.ids("ab", Self.byteLevel("\"\(key)\": \(value)"))
    }
    #expect("\(error.map(String.init(describing:)) ?? "")".contains(key))
  }

  @Test(arguments: [
    (#""tokenizer.ggml.add_bos_token": true"#, "tokenizer.ggml.bos_token_id"),
    (#""tokenizer.ggml.add_eos_token": true"#, "tokenizer.ggml.eos_token_id"),
    (#""tokenizer.ggml.pre": "llama-bpe""#, "tokenizer.ggml.bos_token_id"),
  ])
  func aTokenThatIsToBeAddedAndNotThere(_ others: String, _ key: String) throws {
    #expect(throws: TokenizerError.missing(key: key)) {
      try Self.ids("ab", Self.byteLevel(others))
    }
  }

  /// Llama 3 is told by its tokens; any other vocabulary that names no splitting is refused.
  @Test func theSplittingOfAFileThatNamesNone() throws {
    let llama3 = #"""
      "tokenizer.ggml.pre": null, "tokenizer.ggml.bos_token_id": 7,
      "tokenizer.ggml.tokens": ["a", "b", "ab", "1", "12", "2", "3", "<|begin_of_text|>", "<|eot_id|>"]
      """#
    #expect(try Self.ids("ab", Self.byteLevel(llama3)) == [7, 2])
    #expect(throws: TokenizerError.missing(key: "tokenizer.ggml.pre")) {
      try Self.ids("ab", Self.byteLevel(#""tokenizer.ggml.pre": null"#))
    }
  }

  /// llama.cpp splits 1112 into 111 and 2 under the name `default`; GPT-2 keeps it whole.
  @Test func theSplittingNamedDefaultIsThatOfLlamaCPP() throws {
    let others = #"""
      "tokenizer.ggml.merges": ["a b", "1 2", "1 1"], "tokenizer.ggml.token_type": null,
      "tokenizer.ggml.tokens": ["a", "b", "ab", "1", "12", "2", "3", "11", "</s>"]
      """#
    let named = others + #", "tokenizer.ggml.pre": "default""#
    #expect(try Self.ids("1112", Self.byteLevel(named)) == [7, 3, 5])
    #expect(try Self.ids("1112", Self.byteLevel(others)) == [7, 4])
  }

  @Test func phi3TakesTheSpaceBehindItsTokens() throws {
    for (name, isTaken) in [("Phi-3 mini", true), ("phi3", true), ("Llama", false)] {
      let json = try Tokenizer.tokenizerJSON(
        fromGGUF: Self.sentencePiece("\"general.name\": \"\(name)\""))
      let added = try #require(json["added_tokens"]?.arrayValue)
      let end = added.first { $0["content"]?.stringValue == "</s>" }
      #expect(end?["rstrip"]?.boolValue == isTaken)
      let start = added.first { $0["content"]?.stringValue == "<s>" }
      #expect(start?["rstrip"]?.boolValue == false)
    }
  }
}
