import Testing
import Tokenization

/// Hundreds of kilobytes without white space, or of nothing but one character: time has to grow with the text
/// and not with its square, which would take very long here.
@Suite(.serialized) struct TokenizerSpeedTests {
  @Test(.timeLimit(.minutes(3)), arguments: TokenizerFixtures.names)
  func longWordsTakeLinearTime(_ name: String) throws {
    let tokenizer = try Tokenizer(json: try TokenizerFixtures.tokenizerJSON(name))
    let byteCount = 300_000
    for unit in ["a", " ", "\n", "1", ".", "\u{301}", "abcdefghij", "the-quick,brown.fox0é"] {
      let text = String(repeating: unit, count: byteCount / unit.utf8.count)
      let tokens = try tokenizer.encode(text, addSpecialTokens: false)
      #expect(tokens.last?.utf8Range.upperBound == text.utf8.count)
      #expect(!tokenizer.decode(tokens.map(\.id), skipSpecialTokens: false).isEmpty)
    }
  }
}
