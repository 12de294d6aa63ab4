import OrderedJSON
import TestSupport
import Testing
import Tokenization
import Tokens

/// Every case that the `tokenizers` library was asked about, in both directions.
@Suite struct OracleTests {
  @Test(arguments: TokenizerFixtures.names)
  func encodesEveryCase(_ name: String) throws {
    let tokenizer = try Tokenizer(json: try TokenizerFixtures.tokenizerJSON(name))
    for item in try Fixtures.lines("tokenizers/\(name)/cases.jsonl") {
      let text = try #require(item["text"]?.stringValue)
      let plain = try tokenizer.encode(text, addSpecialTokens: false).map(\.id)
      let special = try tokenizer.encode(text, addSpecialTokens: true).map(\.id)
      #expect(plain.map { Int($0) } == item["ids"]?.integers, "\(name): \(text)")
      #expect(special.map { Int($0) } == item["ids_special"]?.integers, "\(name): \(text)")
    }
  }

  @Test(arguments: TokenizerFixtures.names, ["cases", "decode"])
  func decodesEveryCase(_ name: String, _ file: String) throws {
    let tokenizer = try Tokenizer(json: try TokenizerFixtures.tokenizerJSON(name))
    for item in try Fixtures.lines("tokenizers/\(name)/\(file).jsonl") {
      let ids = try #require(item["ids"]).integers.map { TokenID($0) }
      let all = tokenizer.decode(ids, skipSpecialTokens: false)
      let plain = tokenizer.decode(ids, skipSpecialTokens: true)
      #expect(Array(all.utf8) == item["decode"]?.bytes, "\(name): \(ids)")
      #expect(Array(plain.utf8) == item["decode_skip"]?.bytes, "\(name): \(ids)")
    }
  }

  @Test(arguments: TokenizerFixtures.names)
  func rangesAreWholeCharactersOfTheText(_ name: String) throws {
    let tokenizer = try Tokenizer(json: try TokenizerFixtures.tokenizerJSON(name))
    for item in try Fixtures.lines("tokenizers/\(name)/cases.jsonl") {
      let text = Array(try #require(item["text"]?.stringValue).utf8)
      let tokens = try tokenizer.encode(
        String(decoding: text, as: UTF8.self), addSpecialTokens: false)
      for range in tokens.map(\.utf8Range) {
        #expect(range.lowerBound >= 0 && range.upperBound <= text.count)
        #expect(String(validating: text[range], as: UTF8.self) != nil, "\(name): \(range)")
      }
    }
  }
}
