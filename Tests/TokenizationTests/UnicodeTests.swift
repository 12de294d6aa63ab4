import OrderedJSON
import TestSupport
import Testing
import TextPatterns
import Tokenization

/// Character sets and normal forms over all of Unicode, against the `tokenizers` library and the
/// Oniguruma in it.
@Suite struct UnicodeTests {
  /// All that are assigned but for private use, and many that are not.
  private static let scalars =
    ((UInt32(0)..<0x32400).map(\.self) + (0xe0000..<0xe0200)).compactMap(Unicode.Scalar.init)
  private static let everything = String(String.UnicodeScalarView(scalars))

  private static func matched(_ pattern: String, in text: String) throws -> [UInt32] {
    let bytes = Array(text.utf8)
    return try TextPattern(regex: pattern).matches(in: bytes, 0..<bytes.count).flatMap { match in
      String(decoding: bytes[match], as: UTF8.self).unicodeScalars.map(\.value)
    }
  }

  @Test func propertiesHoldTheScalarsOfOniguruma() throws {
    for property in try #require(
      try Fixtures.json("tokenization/unicode.json")["properties"]?.arrayValue)
    {
      let pattern = try #require(property["pattern"]?.stringValue)
      let found = try Self.matched(pattern, in: Self.everything)
      let checksum = found.reduce(UInt64(0)) { $0 &* 31 &+ UInt64($1) }
      #expect(found.count == property["count"]?.integerValue, "\(pattern)")
      #expect("\(checksum)" == property["checksum"]?.stringValue, "\(pattern)")
    }
  }

  @Test func caseVariantsAreThoseOfOniguruma() throws {
    let folds = try #require(try Fixtures.json("tokenization/unicode.json")["folds"]?.arrayValue)
    let cased = Self.scalars.filter { $0.properties.changesWhenCaseMapped }
    // Separated, so that no two make up what another folds to.
    let text = String(String.UnicodeScalarView(cased.flatMap { [" ", $0] }))
    for fold in folds {
      let scalar = try #require(fold["scalar"]?.integerValue)
      let pattern = "(?i:\\x{\(String(scalar, radix: 16))})"
      let known = try #require(fold["matches"]).integers.filter { value in
        cased.contains { $0.value == UInt32(value) }
      }
      #expect(try Self.matched(pattern, in: text).map(Int.init) == known, "\(pattern)")
    }
  }

  @Test(arguments: ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents"])
  func normalizersAgreeOnAllScalars(_ type: String) throws {
    let expected = try #require(try Fixtures.json("tokenization/unicode.json")["forms"]?[type])
    let tokenizer = try Self.tokenizer(type)
    // A mark by itself would leave nothing; nothing composes across a line break.
    let lead = type == "StripAccents" ? "a" : ""
    let lines = Self.scalars.map { lead + String($0) + "\n" }.joined()
    let checksum = tokenizer.normalized(lines).utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    #expect("\(checksum)" == expected["checksum"]?.stringValue)
  }

  @Test(arguments: ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents"])
  func normalizersAgreeOnHardSequences(_ type: String) throws {
    let unicode = try Fixtures.json("tokenization/unicode.json")
    let texts = try #require(unicode["hard"]?.arrayValue)
    let expected = try #require(unicode["forms"]?[type]?["texts"]?.arrayValue)
    let tokenizer = try Self.tokenizer(type)
    for (text, normalized) in try pairs(texts, expected) {
      let result = tokenizer.normalized(try #require(text.stringValue))
      #expect(Array(result.utf8) == normalized.bytes, "\(type): \(text)")
    }
  }

  @Test func composedCharactersAreFromAllTheyWereComposedOf() throws {
    let tokenizer = try Self.tokenizer("NFC", vocabulary: ["é": 0, "x": 1, "각": 2])
    let tokens = try tokenizer.encode("xe\u{301}x\u{1100}\u{1161}\u{11a8}", addSpecialTokens: false)
    #expect(tokens.map(\.id) == [1, 0, 1, 2])
    #expect(tokens.map(\.utf8Range) == [0..<1, 1..<4, 4..<5, 5..<14])
  }

  private static func tokenizer(
    _ normalizer: String, vocabulary: JSONValue = [:]
  ) throws -> Tokenizer {
    try Tokenizer(json: [
      "normalizer": ["type": .string(normalizer)],
      "model": ["type": "BPE", "vocab": vocabulary, "merges": []],
    ])
  }
}
