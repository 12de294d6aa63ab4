import OrderedJSON

/// A byte-level tokenizer in the metadata of a GGUF file.
struct GGUFByteLevel {
  private let vocabulary: GGUFVocabulary
  private let merges: JSONSection
  private let splitting: GGUFSplitting

  init(_ metadata: JSONSection) throws(TokenizerError) {
    vocabulary = try GGUFVocabulary(metadata)
    merges = try metadata.required(GGUFVocabulary.key("merges"))
    let key = GGUFVocabulary.key("pre")
    guard let name = try metadata.optionalString(key) ?? Self.impliedSplitting(vocabulary) else {
      throw .missing(key: key)
    }
    guard let splitting = GGUFSplitting(named: name) else {
      throw .unsupported(key: key, value: name)
    }
    self.splitting = splitting
  }

  /// The splitting of a vocabulary whose file names none, where its tokens tell.
  ///
  /// Files of Llama 3 from before there was the key have no other mark. Any other splitting would
  /// be a guess.
  private static func impliedSplitting(_ vocabulary: GGUFVocabulary) -> String? {
    let isLlama3 = ["<|begin_of_text|>", "<|eot_id|>"].allSatisfy(vocabulary.contains)
    return isLlama3 ? "llama-bpe" : nil
  }

  func tokenizerJSON() throws(TokenizerError) -> JSONValue {
    [
      "version": "1.0", "truncation": .null, "padding": .null,
      "added_tokens": vocabulary.addedTokens,
      "normalizer": splitting.composesCharacters ? ["type": "NFC"] : .null,
      "pre_tokenizer": splitting.preTokenizer,
      "post_processor": try vocabulary.postProcessor(
        addsBeginning: splitting.addsBeginning),
      "decoder": [
        "type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true,
      ],
      "model": [
        "type": "BPE", "dropout": .null, "unk_token": .null, "continuing_subword_prefix": .null,
        "end_of_word_suffix": .null, "fuse_unk": false, "byte_fallback": false,
        "ignore_merges": .bool(splitting.ignoresMerges),
        "vocab": vocabulary.vocabulary, "merges": merges.value,
      ],
    ]
  }
}
