import Conversations
import Foundation
import OrderedJSON
import TestSupport
import Testing
import Tokenization

/// The files beside a `tokenizer.json`, against `AutoTokenizer`.
struct AddedTokenTests {
  static let table = Result { try Fixtures.json("conversations/added-tokens.json") }
  static let variants = (try? table.get()["variants"]?.arrayValue) ?? []

  @Test func `the table is there`() {
    #expect(Self.variants.count == 49)
  }

  @Test(arguments: variants.indices)
  func `ids and special tokens are those of transformers`(index: Int) throws {
    let variant = Self.variants[index]
    let table = try Self.table.get()
    let label = Comment(rawValue: variant["name"]?.stringValue ?? "")
    let model = try TemporaryModel([:])
    let source = try #require(table["tokenizers"]?[variant["tokenizer"]?.stringValue ?? ""])
    try model.write(source.text(), to: "tokenizer.json")
    var files = try #require(variant["files"]?.objectValue)
    var configuration = files["config.json"]?.objectValue ?? JSONObject()
    if configuration["model_type"] == nil { configuration["model_type"] = "llama" }
    files["config.json"] = .object(configuration)
    for file in files.members {
      try model.write(file.value.text(), to: file.key)
    }
    let encoder = try ConversationEncoder(folder: model.folder)
    let tokenizer = encoder.tokenizer
    let texts = table["texts"]?.arrayValue?.compactMap(\.stringValue) ?? []
    for (number, text) in texts.enumerated() {
      let ids = try tokenizer.encode(text, addSpecialTokens: false).map(\.id)
      #expect(ids.map { Int($0) } == variant["ids"]?.arrayValue?[number].integers, label)
      let decoded = tokenizer.decode(ids, skipSpecialTokens: true)
      #expect(
        decoded.utf8.elementsEqual(
          variant["decoded"]?.arrayValue?[number].stringValue?.utf8 ?? "".utf8),
        label)
    }
    let framed = try tokenizer.encode(texts.last ?? "", addSpecialTokens: true).map(\.id)
    #expect(framed.map { Int($0) } == variant["framed"]?.integers, label)
    #expect(tokenizer.vocabularySize == variant["size"]?.integerValue, label)
    #expect(
      encoder.specialTokens.variables.members.map { "\($0.key)=\($0.value.text())" }
        == variant["special_tokens"]?.objectValue?.members.map { "\($0.key)=\($0.value.text())" },
      label)
  }

  private func fault(_ configuration: String, _ name: String = "tokenizer_config.json") throws
    -> String?
  {
    let model = try TemporaryModel([name: configuration])
    return #expect(throws: ConversationError.self) {
      try ConversationEncoder(folder: model.folder)
    }?.description.replacingOccurrences(of: model.folder, with: "")
  }

  @Test func `what is not implemented is named`() throws {
    for (configuration, place) in [
      (#"{"fast_tokenizer_files": ["tokenizer.4.0.0.json"]}"#, "fast_tokenizer_files[0]"),
      (#"{"fix_mistral_regex": true}"#, "fix_mistral_regex"),
      (
        #"{"clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output": true}"#,
        "clean_up_tokenization_spaces_for_bpe"
      ),
      (#"{"eos_token": 3}"#, "tokenizer_config.json: eos_token should be a token"),
      (#"{"extra_special_tokens": ["a", 1]}"#, "extra_special_tokens[1] should be"),
      (#"{"extra_special_tokens": {"a": 1}}"#, "extra_special_tokens.a should be"),
      (#"{"added_tokens_decoder": {"x": {"content": "a"}}}"#, "the key should be a token id"),
      (#"{"added_tokens_decoder": {"1": "a"}}"#, "added_tokens_decoder.1 should be"),
      (
        #"{"added_tokens_decoder": {"1": {"lstrip": true}}}"#,
        "added_tokens_decoder.1.content is missing"
      ),
      (#"{"added_tokens_decoder": []}"#, "added_tokens_decoder should be an object"),
    ] {
      #expect(try fault(configuration)?.contains(place) ?? false, "\(configuration)")
    }
    #expect(
      try fault(#"{"a": -1}"#, "added_tokens.json")?.contains("added_tokens.json: a") ?? false)
    #expect(
      try fault(#"{"a": "b"}"#, "added_tokens.json")?.contains("added_tokens.json: a") ?? false)
    #expect(
      try fault(#"{"pad_token": []}"#, "special_tokens_map.json")?.contains(
        "special_tokens_map.json: pad_token") ?? false)
  }

  @Test func `what changes a tokenizer changes its fingerprint`() throws {
    let plain = try TemporaryModel([:])
    let changed = try TemporaryModel(["tokenizer_config.json": #"{"eos_token": "<|new|>"}"#])
    let same = try TemporaryModel(["tokenizer_config.json": #"{"eos_token": "</s>"}"#])
    let definition = try ConversationEncoder(folder: plain.folder).tokenizerDefinition
    #expect(try ConversationEncoder(folder: changed.folder).tokenizerDefinition != definition)
    #expect(try ConversationEncoder(folder: same.folder).tokenizerDefinition == definition)
  }
}

extension JSONValue {
  fileprivate var integers: [Int]? { arrayValue?.compactMap(\.integerValue) }
}
