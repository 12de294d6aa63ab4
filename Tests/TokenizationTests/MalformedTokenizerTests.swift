import OrderedJSON
import Testing
import Tokenization

/// A `tokenizer.json` with one member wrong: the error names the member and what is wrong with it.
@Suite struct MalformedTokenizerTests {
  static let sound = #"""
    {"version": "1.0", "added_tokens": [], "normalizer": null, "pre_tokenizer": null,
     "post_processor": null, "decoder": null,
     "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]}}
    """#

  /// One malformed input: a member, what it is replaced by, and the error.
  struct Row: Sendable, CustomTestStringConvertible {
    let member: String
    let text: String
    let error: TokenizerError

    init(_ member: String, _ text: String, _ error: TokenizerError) {
      self.member = member
      self.text = text
      self.error = error
    }

    var testDescription: String { "\(member): \(text.prefix(60))" }
  }

  @Test func theSoundOneWorks() throws {
    let tokenizer = try Tokenizer(json: try JSONValue(parsing: Self.sound))
    #expect(try tokenizer.encode("abba", addSpecialTokens: true).map(\.id) == [2, 1, 0])
  }

  @Test(
    arguments: modelRows + vocabularyRows + addedTokenRows + normalizerRows + preTokenizerRows
      + patternRows + decoderRows + postProcessorRows)
  func isRefused(_ row: Row) throws {
    let base = try JSONValue(parsing: Self.sound)
    let json = base.replacing(row.member, by: try JSONValue(parsing: row.text))
    #expect(throws: row.error) { try Tokenizer(json: json) }
    #expect(!row.error.description.contains("\n"))
  }

  @Test(arguments: ["[]", "null", "3", "\"x\""])
  func isNoObject(_ text: String) throws {
    let value = try JSONValue(parsing: text)
    #expect(
      throws: TokenizerError.wrongType(
        key: "tokenizer.json", expected: "an object", found: value.kind)
    ) { try Tokenizer(json: value) }
  }

  @Test func noModel() throws {
    #expect(throws: TokenizerError.missing(key: "model")) {
      try Tokenizer(json: ["version": "1.0"])
    }
  }

  // MARK: The model

  static let modelRows = [
    Row("version", #""2.0""#, .unsupported(key: "version", value: "2.0")),
    Row("version", "1", .wrongType(key: "version", expected: "a string", found: "a number")),
    Row("model", "null", .missing(key: "model")),
    Row("model", "[]", .wrongType(key: "model", expected: "an object", found: "an array")),
    Row("model.type", #""WordPiece""#, .unsupported(key: "model.type", value: "WordPiece")),
    Row("model.type", #""Unigram""#, .unsupported(key: "model.type", value: "Unigram")),
    Row("model.type", #""WordLevel""#, .unsupported(key: "model.type", value: "WordLevel")),
    Row("model.type", "7", .wrongType(key: "model.type", expected: "a string", found: "a number")),
    Row("model.dropout", "0.1", .unsupported(key: "model.dropout", value: "0.1")),
    Row("model.unk_token", #""?""#, .unknownToken(key: "model.unk_token", token: "?")),
    Row(
      "model.unk_token", "0",
      .wrongType(key: "model.unk_token", expected: "a string", found: "a number")),
    Row(
      "model.byte_fallback", "1",
      .wrongType(key: "model.byte_fallback", expected: "a boolean", found: "a number")),
    Row(
      "model.fuse_unk", #""yes""#,
      .wrongType(key: "model.fuse_unk", expected: "a boolean", found: "a string")),
    Row(
      "model.ignore_merges", "[]",
      .wrongType(key: "model.ignore_merges", expected: "a boolean", found: "an array")),
    Row(
      "model.continuing_subword_prefix", "{}",
      .wrongType(key: "model.continuing_subword_prefix", expected: "a string", found: "an object")),
  ]

  static let vocabularyRows = [
    Row("model.vocab", "null", .missing(key: "model.vocab")),
    Row(
      "model.vocab", #"["a", "b"]"#,
      .wrongType(key: "model.vocab", expected: "an object", found: "an array")),
    Row(
      "model.vocab", #"{"a": "0"}"#,
      .wrongType(key: "model.vocab.a", expected: "an integer", found: "a string")),
    Row(
      "model.vocab", #"{"a": -1}"#,
      .invalid(key: "model.vocab.a", value: "-1", reason: "a token id is from 0 to 2147483647")),
    Row(
      "model.vocab", #"{"a": 2147483648}"#,
      .invalid(
        key: "model.vocab.a", value: "2147483648", reason: "a token id is from 0 to 2147483647")),
    Row(
      "model.vocab", #"{"a": 1e300}"#,
      .wrongType(key: "model.vocab.a", expected: "an integer", found: "a number")),
    Row("model.merges", "null", .missing(key: "model.merges")),
    Row(
      "model.merges", "{}",
      .wrongType(key: "model.merges", expected: "an array", found: "an object")),
    Row(
      "model.merges", "[3]",
      .wrongType(key: "model.merges[0]", expected: "an array", found: "a number")),
    Row(
      "model.merges", #"["ab"]"#,
      .invalid(key: "model.merges[0]", value: "ab", reason: "a merge joins two tokens")),
    Row(
      "model.merges", ##"["#version: 0.2", "a b c"]"##,
      .invalid(key: "model.merges[1]", value: "a b c", reason: "a merge joins two tokens")),
    Row(
      "model.merges", #"[["a"]]"#,
      .invalid(key: "model.merges[0]", value: #"["a"]"#, reason: "a merge joins two tokens")),
    Row(
      "model.merges", #"[["a", 1]]"#,
      .wrongType(key: "model.merges[0][1]", expected: "a string", found: "a number")),
    Row("model.merges", #"[["a", "z"]]"#, .unknownToken(key: "model.merges[0]", token: "z")),
    Row("model.merges", #"[["b", "a"]]"#, .unknownToken(key: "model.merges[0]", token: "ba")),
  ]

  static let addedTokenRows = [
    Row(
      "added_tokens", "{}",
      .wrongType(key: "added_tokens", expected: "an array", found: "an object")),
    Row("added_tokens", #"[{"content": "<s>"}]"#, .missing(key: "added_tokens[0].id")),
    Row(
      "added_tokens", #"[{"id": -5, "content": "<s>"}]"#,
      .invalid(
        key: "added_tokens[0].id", value: "-5", reason: "a token id is from 0 to 2147483647")),
    Row("added_tokens", #"[{"id": 3}]"#, .missing(key: "added_tokens[0].content")),
    Row(
      "added_tokens", #"[{"id": 3, "content": "<s>"}]"#,
      .missing(key: "added_tokens[0].single_word")),
    Row(
      "added_tokens", #"[{"id": 3, "content": 3}]"#,
      .wrongType(key: "added_tokens[0].content", expected: "a string", found: "a number")),
  ]
}
