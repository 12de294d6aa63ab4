import OrderedJSON
import TestSupport
import Testing
import Tokenization

/// Parts and options that the stored tokenizers do not use: each line changes a stored tokenizer
/// and holds what the `tokenizers` library made of some texts with it.
@Suite struct ComponentTests {
  @Test(arguments: ["components", "patterns"])
  func agreesWithTheLibrary(_ file: String) throws {
    var bases: [String: JSONValue] = ["none": [:]]
    for name in TokenizerFixtures.names {
      bases[name] = try TokenizerFixtures.tokenizerJSON(name)
    }
    for line in try Fixtures.lines("tokenization/\(file).jsonl") {
      let name = try #require(line["name"]?.stringValue)
      let baseName = try #require(line["base"]?.stringValue)
      let base = try #require(bases[baseName])
      let tokenizer = try Tokenizer(json: try Self.changed(base, by: line))
      let cases = try #require(line["cases"]?.arrayValue)
      for item in cases { try check(item, tokenizer, name) }
    }
  }

  private func check(_ item: JSONValue, _ tokenizer: Tokenizer, _ name: String) throws {
    let text = try #require(item["text"]?.stringValue)
    let tokens = try tokenizer.encode(text, addSpecialTokens: true)
    #expect(tokens.map { Int($0.id) } == item["ids"]?.integers, "\(name): \(text)")
    if let offsets = item["offsets"]?.arrayValue {
      #expect(Self.characterRanges(tokens, text) == offsets.map(\.integers), "\(name): \(text)")
    }
    let ids = tokens.map(\.id)
    let all = tokenizer.decode(ids, skipSpecialTokens: false)
    let plain = tokenizer.decode(ids, skipSpecialTokens: true)
    #expect(Array(all.utf8) == item["decode"]?.bytes, "\(name): \(text)")
    #expect(Array(plain.utf8) == item["decode_skip"]?.bytes, "\(name): \(text)")
  }

  /// A stored tokenizer with the changes of a line: sections replaced, members of `model` replaced,
  /// tokens removed from the vocabulary with the merges that use them.
  private static func changed(_ base: JSONValue, by line: JSONValue) throws -> JSONValue {
    var json = base
    for member in line["patch"]?.objectValue?.members ?? [] {
      if member.key == "model", json["model"] != nil {
        for part in member.value.objectValue?.members ?? [] {
          json = json.replacing("model.\(part.key)", by: part.value)
        }
      } else {
        json = json.replacing(member.key, by: member.value)
      }
    }
    return try removing(line["removed"]?.arrayValue?.map(\.bytes) ?? [], from: json)
  }

  private static func removing(_ tokens: [[UInt8]], from json: JSONValue) throws -> JSONValue {
    guard !tokens.isEmpty else { return json }
    let vocabulary = try #require(json["model"]?["vocab"]?.objectValue)
    let kept = vocabulary.members.filter { !tokens.contains(Array($0.key.utf8)) }
    let merges = try #require(json["model"]?["merges"]?.arrayValue).filter { merge in
      let parts = (merge.arrayValue ?? []).map(\.bytes)
      return !tokens.contains(parts.flatMap(\.self)) && !parts.contains { tokens.contains($0) }
    }
    return json.replacing("model.vocab", by: .object(JSONObject(kept)))
      .replacing("model.merges", by: .array(merges))
  }

  /// The ranges in scalars, as the library counts.
  private static func characterRanges(_ tokens: [Token], _ text: String) -> [[Int]] {
    var scalarIndex: [Int: Int] = [:]
    var position = 0
    for (index, scalar) in text.unicodeScalars.enumerated() {
      scalarIndex[position] = index
      position += String(scalar).utf8.count
    }
    scalarIndex[position] = text.unicodeScalars.count
    return tokens.map { token in
      [token.utf8Range.lowerBound, token.utf8Range.upperBound].map { scalarIndex[$0] ?? -1 }
    }
  }
}

/// Patterns that would take the square of a text's length, or more.
struct PatternBudgetTests {
  private func tokenizer(_ normalizer: JSONValue, _ regex: String) throws -> Tokenizer {
    let base = try TokenizerFixtures.tokenizerJSON("bytelevel-llama3-like")
    let split: JSONValue = [
      "type": "Split", "pattern": ["Regex": .string(regex)], "behavior": "Isolated",
      "invert": false,
    ]
    return try Tokenizer(
      json: base.replacing("pre_tokenizer", by: split).replacing("normalizer", by: normalizer))
  }

  @Test(arguments: [
    "(?=(a+)+b)a", "(?>a+)+b(?=a*b)|a(?=a*b)", "(.*)(.*)(.*)x", #"\p{L}+\p{L}+\d"#,
  ])
  func `quadratic searches are stopped`(regex: String) throws {
    let tokenizer = try tokenizer(.null, regex)
    // A short text is read, before as after.
    _ = try tokenizer.encode("aab", addSpecialTokens: false)
    let error = #expect(throws: TokenizerError.self) {
      try tokenizer.encode(String(repeating: "a", count: 20_000), addSpecialTokens: false)
    }
    #expect(
      error
        == .pattern(
          key: "pre_tokenizer", pattern: regex,
          reason: "it takes more than 1000 steps a byte of text"))
    _ = try tokenizer.encode("aab", addSpecialTokens: false)
  }

  @Test(arguments: [
    "(a+)+$", "(a|a)*b", "a++b|(a|aa)+$", "(?<=a)b+", #"\d{1,3}(?=(?:\d{3})*\b)"#,
    "(?:a{0,100}){0,3}b", "(?=.*b)a", "a(?!.*b)", "(?=(?:aaa)+b)a",
  ])
  func `linear searches are not`(regex: String) throws {
    let text = String(repeating: "a", count: 20_000)
    _ = try tokenizer(.null, regex).encode(text, addSpecialTokens: false)
  }

  @Test func `replacements are bounded`() throws {
    let replace: JSONValue = [
      "type": "Replace", "pattern": ["String": "a"],
      "content": .string(String(repeating: "b", count: 90)),
    ]
    let tokenizer = try tokenizer(replace, "b+")
    let error = #expect(throws: TokenizerError.self) {
      try tokenizer.encode(String(repeating: "a", count: 1_000_000), addSpecialTokens: false)
    }
    guard case .pattern("normalizer", "a", _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
