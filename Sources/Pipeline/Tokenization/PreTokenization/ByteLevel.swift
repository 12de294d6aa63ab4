import TextPatterns

/// GPT-2's splitting, after which every byte is spelled by a visible character.
struct ByteLevel: Sendable {
  /// Whether each part begins with a space, put there when it has none.
  let addsPrefixSpace: Bool
  /// GPT-2's own pattern, or nil when others have split the text already.
  let pattern: TextPattern?

  /// Reads a pre-tokenizer of type `ByteLevel`.
  init(_ section: JSONSection) throws(TokenizerError) {
    addsPrefixSpace = try section.required("add_prefix_space").boolean()
    pattern =
      try section.boolean("use_regex", default: true)
      ? TextPattern(regex: Self.gpt2, key: section.path(of: "use_regex")) : nil
  }

  /// The pattern of GPT-2's `encoder.py`.
  private static let gpt2 =
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#
}
