import Tokenization

/// The parts around the model.
extension MalformedTokenizerTests {
  static let normalizerRows = [
    Row("normalizer", "[]", .missing(key: "normalizer.type")),
    Row("normalizer", #"{"type": 3}"#, wrong("normalizer.type", "a string", "a number")),
    Row("normalizer", type("Nmt"), .unsupported(key: "normalizer.type", value: "Nmt")),
    Row(
      "normalizer", type("Precompiled"), .unsupported(key: "normalizer.type", value: "Precompiled")),
    Row("normalizer", type("Sequence"), .missing(key: "normalizer.normalizers")),
    Row(
      "normalizer", #"{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Magic"}]}"#,
      .unsupported(key: "normalizer.normalizers[1].type", value: "Magic")),
    Row("normalizer", type("Prepend"), .missing(key: "normalizer.prepend")),
    Row("normalizer", type("Replace"), .missing(key: "normalizer.content")),
    Row("normalizer", type("Strip"), .missing(key: "normalizer.strip_left")),
    Row(
      "normalizer",
      #"{"type": "Sequence", "normalizers": ["#
        + Array(
          repeating: #"{"type": "Replace", "pattern": {"String": "a"}, "content": "aaaaaaaa"}"#,
          count: 30
        ).joined(separator: ",") + "]}",
      .invalid(
        key: "normalizer", value: "a chain of replacements",
        reason: "it can make a text more than 100 times longer")),
  ]

  static let preTokenizerRows = [
    Row(
      "pre_tokenizer", type("CharDelimiterSplit"),
      .unsupported(key: "pre_tokenizer.type", value: "CharDelimiterSplit")),
    Row(
      "pre_tokenizer", type("UnicodeScripts"),
      .unsupported(key: "pre_tokenizer.type", value: "UnicodeScripts")),
    Row("pre_tokenizer", type("Split"), .missing(key: "pre_tokenizer.pattern")),
    Row(
      "pre_tokenizer",
      #"{"type": "Split", "pattern": {"String": "a"}, "behavior": "Sideways", "invert": false}"#,
      .invalid(key: "pre_tokenizer.behavior", value: "Sideways", reason: "no such way to split")),
    Row(
      "pre_tokenizer", #"{"type": "Split", "pattern": {"Glob": "*"}}"#,
      .missing(key: "pre_tokenizer.pattern.Regex")),
    Row(
      "pre_tokenizer", #"{"type": "Metaspace", "replacement": "ab"}"#,
      .invalid(
        key: "pre_tokenizer.replacement", value: "ab", reason: "it should be a single character")),
    Row(
      "pre_tokenizer", #"{"type": "Metaspace", "replacement": "_", "prepend_scheme": "last"}"#,
      .invalid(key: "pre_tokenizer.prepend_scheme", value: "last", reason: "no such scheme")),
    Row("pre_tokenizer", type("ByteLevel"), .missing(key: "pre_tokenizer.add_prefix_space")),
    Row("pre_tokenizer", type("Digits"), .missing(key: "pre_tokenizer.individual_digits")),
  ]

  /// Patterns that are wrong, or would make the compiler recurse, multiply or count too far.
  static let patternRows = [
    pattern("(", "missing )"),
    pattern(")", "unmatched )"),
    pattern("[a", "it ends too early"),
    pattern("*a", "nothing to repeat"),
    pattern("a{2,1}", "an interval whose bounds are in descending order is not supported"),
    pattern("a{1000000}", "a count is too large"),
    pattern("(?<=a+)b", "a lookbehind of variable length is not supported"),
    pattern(#"(a)\1"#, "a reference to a group is not supported"),
    pattern(#"\p{Nonsense}"#, #"the property \p{Nonsense} is not supported"#),
    pattern("(?:a*)*", "repeating without bound what can match nothing is not supported"),
    pattern(String(repeating: "(", count: 1000), "it is nested too deeply"),
    pattern(String(repeating: "[", count: 1000), "it is nested too deeply"),
    pattern("a" + String(repeating: "{1}", count: 2000), "it is nested too deeply"),
    pattern("(?:(?:(?:ab){99}){99}){99}", "it is too large when its intervals are written out"),
    pattern("(?:ab){0,5000}", "it has more than 1000 choices"),
    pattern(String(repeating: "a", count: 30_000), "it is longer than 20000 characters"),
    pattern(
      "(?<=(?:a{90000}){90000}(?:a{90000}){90000}(?:(?:(?:a{90000}){90000}){90000}){9000}"
        + "(?:(?:(?:a{90000}){90000}){90000}){9000})b",
      "a lookbehind of variable length is not supported"),
    pattern(
      "(?<=" + String(repeating: "(?:", count: 90) + "a" + String(repeating: "|b+)", count: 90)
        + ")c", "a lookbehind of variable length is not supported"),
  ]

  static let decoderRows = [
    Row("decoder", type("WordPiece"), .unsupported(key: "decoder.type", value: "WordPiece")),
    Row("decoder", type("CTC"), .unsupported(key: "decoder.type", value: "CTC")),
    Row("decoder", type("Strip"), .missing(key: "decoder.content")),
    Row(
      "decoder", #"{"type": "Strip", "content": " ", "start": -1, "stop": 0}"#,
      .invalid(key: "decoder.start", value: "-1", reason: "a count is not negative")),
    Row("decoder", type("BPEDecoder"), .missing(key: "decoder.suffix")),
    Row("decoder", type("Sequence"), .missing(key: "decoder.decoders")),
  ]

  static let postProcessorRows = [
    Row(
      "post_processor", type("Wrapping"),
      .unsupported(key: "post_processor.type", value: "Wrapping")),
    Row("post_processor", type("TemplateProcessing"), .missing(key: "post_processor.single")),
    Row(
      "post_processor", #"{"type": "TemplateProcessing", "single": [{"Sequence": {"id": "C"}}]}"#,
      .invalid(
        key: "post_processor.single[0].Sequence.id", value: "C", reason: "a single text is called A"
      )),
    Row(
      "post_processor",
      #"{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}]}"#,
      .unknownToken(key: "post_processor.single[0].SpecialToken.id", token: "<s>")),
    Row(
      "post_processor",
      #"{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}], "#
        + #""special_tokens": {"<s>": {"ids": [-1]}}}"#,
      .invalid(
        key: "post_processor.special_tokens.<s>.ids[0]", value: "-1",
        reason: "a token id is from 0 to 2147483647")),
    Row(
      "post_processor", #"{"type": "BertProcessing", "cls": ["<s>"], "sep": ["</s>", 2]}"#,
      .invalid(
        key: "post_processor.cls", value: #"["<s>"]"#, reason: "it should be a token and its id")),
    // Each template writes the text twice.
    Row(
      "post_processor",
      #"{"type": "Sequence", "processors": ["#
        + Array(
          repeating: #"{"type": "TemplateProcessing", "single": "#
            + #"[{"Sequence": {"id": "A"}}, {"Sequence": {"id": "A"}}]}"#, count: 40
        ).joined(separator: ",") + "]}",
      .invalid(
        key: "post_processor.processors[8].single", value: "512 parts",
        reason: "at most 256 are supported")),
  ]

  private static func type(_ name: String) -> String { "{\"type\": \"\(name)\"}" }

  private static func wrong(_ key: String, _ expected: String, _ found: String) -> TokenizerError {
    .wrongType(key: key, expected: expected, found: found)
  }

  private static func pattern(_ pattern: String, _ reason: String) -> Row {
    let escaped = pattern.replacing("\\", with: "\\\\")
    return Row(
      "pre_tokenizer",
      "{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\(escaped)\"}, \"behavior\": \"Isolated\", "
        + "\"invert\": false}",
      .pattern(key: "pre_tokenizer.pattern.Regex", pattern: pattern, reason: reason))
  }
}
