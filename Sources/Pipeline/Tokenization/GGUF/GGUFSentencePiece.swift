import OrderedJSON

/// A SentencePiece tokenizer in the metadata of a GGUF file.
struct GGUFSentencePiece {
  private let vocabulary: GGUFVocabulary
  private let merges: JSONValue
  private let addsSpace: Bool

  init(_ metadata: JSONSection) throws(TokenizerError) {
    vocabulary = try GGUFVocabulary(metadata).spellingSpaces()
    addsSpace = try vocabulary.flag("add_space_prefix", default: true)
    if let listed = metadata.optional(GGUFVocabulary.key("merges")) {
      merges = listed.value
    } else {
      let architecture = try metadata.optionalString("general.architecture") ?? ""
      merges =
        MergeDerivation(
          vocabulary, priorities: try Self.priorities(vocabulary, architecture)
        ).merges
    }
  }

  /// What decides which of two merges comes first: the greater one.
  ///
  /// It is the score, but the scores of Gemma do not follow the order of its merges, which is that
  /// of the tokens.
  private static func priorities(
    _ vocabulary: GGUFVocabulary, _ architecture: String
  ) throws(TokenizerError) -> [Double] {
    guard architecture.utf8.starts(with: "gemma".utf8) else { return try vocabulary.scores() }
    return vocabulary.tokens.indices.map { -Double($0) }
  }

  func tokenizerJSON() throws(TokenizerError) -> JSONValue {
    [
      "version": "1.0", "truncation": .null, "padding": .null,
      "added_tokens": vocabulary.addedTokens,
      "normalizer": normalizer, "pre_tokenizer": .null,
      "post_processor": try vocabulary.postProcessor(addsBeginning: true),
      "decoder": decoder,
      "model": [
        "type": "BPE", "dropout": .null, "unk_token": try unknownToken(),
        "continuing_subword_prefix": .null, "end_of_word_suffix": .null, "fuse_unk": true,
        "byte_fallback": true, "ignore_merges": false,
        "vocab": vocabulary.vocabulary, "merges": merges,
      ],
    ]
  }

  /// The token of the key, or else the one that is marked as unknown.
  private func unknownToken() throws(TokenizerError) -> JSONValue {
    let id = try vocabulary.id("unknown_token_id") ?? vocabulary.kinds.firstIndex(of: .unknown)
    return id.map { .string(vocabulary.tokens[$0]) } ?? .null
  }

  private var normalizer: JSONValue {
    let replacing: JSONValue = [
      "type": "Replace", "pattern": ["String": " "], "content": "\u{2581}",
    ]
    guard addsSpace else { return replacing }
    return [
      "type": "Sequence",
      "normalizers": [["type": "Prepend", "prepend": "\u{2581}"], replacing],
    ]
  }

  private var decoder: JSONValue {
    var steps: [JSONValue] = [
      ["type": "Replace", "pattern": ["String": "\u{2581}"], "content": " "],
      ["type": "ByteFallback"], ["type": "Fuse"],
    ]
    if addsSpace { steps.append(["type": "Strip", "content": " ", "start": 1, "stop": 0]) }
    return ["type": "Sequence", "decoders": .array(steps)]
  }
}
