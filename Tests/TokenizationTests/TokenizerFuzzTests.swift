import OrderedJSON
import TestSupport
import Testing
import Tokenization
import Tokens

/// Damaged documents: a tokenizer that works or an error, and nothing else.
@Suite struct TokenizerFuzzTests {
  /// A byte-pair tokenizer with every kind of part.
  private static let document = #"""
    {"version": "1.0", "truncation": null, "padding": null,
     "added_tokens": [
       {"id": 9, "content": "<s>", "single_word": false, "lstrip": true, "rstrip": true,
        "normalized": false, "special": true},
       {"id": 10, "content": "wörd", "single_word": true, "lstrip": false, "rstrip": false,
        "normalized": true, "special": false}],
     "normalizer": {"type": "Sequence", "normalizers": [
       {"type": "Prepend", "prepend": "\u2581"}, {"type": "NFKC"}, {"type": "Lowercase"},
       {"type": "StripAccents"}, {"type": "Strip", "strip_left": true, "strip_right": false},
       {"type": "Replace", "pattern": {"Regex": " +(?=\\p{L}|$)"}, "content": "\u2581"},
       {"type": "Replace", "pattern": {"String": "x"}, "content": "ab"}]},
     "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
       {"type": "Digits", "individual_digits": true}, {"type": "Punctuation", "behavior": "Isolated"},
       {"type": "Split", "pattern": {"Regex": "(?i:'s)|\\s+(?!\\S)|\\s+|[^\\s]{1,3}"},
        "behavior": "MergedWithPrevious", "invert": true},
       {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "first", "split": true},
       {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}]},
     "post_processor": {"type": "Sequence", "processors": [
       {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true},
       {"type": "TemplateProcessing", "single": [
         {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [], "special_tokens": {"<s>": {"id": "<s>", "ids": [9], "tokens": ["<s>"]}}}]},
     "decoder": {"type": "Sequence", "decoders": [
       {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"},
       {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
     "model": {"type": "BPE", "dropout": null, "unk_token": "?", "continuing_subword_prefix": "",
       "end_of_word_suffix": "", "fuse_unk": true, "byte_fallback": true, "ignore_merges": false,
       "vocab": {"?": 0, "a": 1, "b": 2, "ab": 3, "\u0120": 4, "<0x0A>": 5, "\u2581": 6,
                 "\u2581a": 7, "aba": 8},
       "merges": [["a", "b"], "\u2581 a", ["ab", "a"]]}}
    """#

  private static let metadata = #"""
    {"general.architecture": "llama", "tokenizer.ggml.model": "llama",
     "tokenizer.ggml.pre": "default",
     "tokenizer.ggml.tokens": ["<unk>", "<s>", "</s>", "<0x0A>", "a", "b", "ab", "aba", "  "],
     "tokenizer.ggml.scores": [0, 0, 0, 0, -1, -2, -3.5, -4, -5],
     "tokenizer.ggml.token_type": [2, 3, 3, 6, 1, 1, 1, 1, 4],
     "tokenizer.ggml.merges": ["a b", "ab a"],
     "tokenizer.ggml.bos_token_id": 1, "tokenizer.ggml.eos_token_id": 2,
     "tokenizer.ggml.unknown_token_id": 0, "tokenizer.ggml.padding_token_id": 2,
     "tokenizer.ggml.add_bos_token": true, "tokenizer.ggml.add_eos_token": false,
     "tokenizer.ggml.add_space_prefix": true}
    """#

  private static let texts = ["", "aba x", " <s>  a1b2's é!\n\t", "wörd <s", "\u{0}\u{fffe}日本"]

  /// Whether a tokenizer of the document can be made; if so it is put to use.
  private func use(_ json: JSONValue, _ fuzzer: inout JSONFuzzer) -> Bool {
    guard let tokenizer = try? Tokenizer(json: json) else { return false }
    for text in Self.texts {
      guard let tokens = try? tokenizer.encode(text, addSpecialTokens: true) else { return false }
      #expect(tokens.allSatisfy { $0.utf8Range.upperBound <= text.utf8.count })
    }
    let ids =
      [-1, TokenID.min, .max, 0, 9, 10] + (0..<5).map { _ in TokenID(fuzzer.number(below: 12)) }
    _ = tokenizer.decode(ids, skipSpecialTokens: true)
    return true
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func damagedTokenizers(_ seed: UInt64) throws {
    let document = try JSONValue(parsing: Self.document)
    var fuzzer = JSONFuzzer(seed: seed)
    #expect(use(document, &fuzzer))
    let attempts = 600
    var working = 0
    for _ in 0..<attempts where use(fuzzer.variant(of: document), &fuzzer) { working += 1 }
    // Some damage does not matter; most of it has to be noticed.
    #expect((1..<(attempts * 3 / 4)).contains(working))
  }

  @Test(arguments: ["llama", "gpt2"])
  func damagedMetadata(_ model: String) throws {
    let document = try JSONValue(parsing: Self.metadata)
    let sound = document.replacing("tokenizer.ggml.model", byMember: .string(model))
    var fuzzer = JSONFuzzer(seed: 7)
    var working = 0
    for _ in 0..<600 {
      guard let metadata = fuzzer.variant(of: sound).objectValue,
        let json = try? Tokenizer.tokenizerJSON(fromGGUF: metadata), use(json, &fuzzer)
      else { continue }
      working += 1
    }
    #expect((1..<500).contains(working))
  }

  @Test func damagedText() throws {
    var fuzzer = JSONFuzzer(seed: 3)
    let text = Array(Self.document.utf8)
    for _ in 0..<600 {
      guard let json = try? JSONValue(parsing: fuzzer.variant(of: text)) else { continue }
      _ = use(json, &fuzzer)
    }
  }
}

extension JSONValue {
  /// This object with the member of a key that may hold dots replaced.
  fileprivate func replacing(_ key: String, byMember value: JSONValue) -> JSONValue {
    var object = objectValue ?? JSONObject()
    object[key] = value
    return .object(object)
  }
}
