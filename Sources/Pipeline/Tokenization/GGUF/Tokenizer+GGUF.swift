import OrderedJSON

extension Tokenizer {
  /// The `tokenizer.json` that means the same as the tokenizer in the metadata of a GGUF file.
  ///
  /// Vocabularies of kind `gpt2` (byte-level, with merges) and `llama` (SentencePiece, whose merges
  /// follow from the scores) are known. Source: llama.cpp, `src/llama-vocab.cpp`, and the
  /// conversion of GGUF files in `transformers`.
  ///
  /// - Parameter metadata: All key-value pairs of the file, such as `tokenizer.ggml.tokens`.
  /// - Returns: What `init(json:)` takes.
  /// - Throws: `TokenizerError`, also for a kind or a pre-tokenizer that is not known.
  public static func tokenizerJSON(
    fromGGUF metadata: JSONObject
  ) throws(TokenizerError) -> JSONValue {
    let section = JSONSection(value: .object(metadata), path: "")
    let kind = try section.required(GGUFVocabulary.key("model"))
    switch try kind.string() {
    case "gpt2": return try GGUFByteLevel(section).tokenizerJSON()
    case "llama": return try GGUFSentencePiece(section).tokenizerJSON()
    case let name: throw .unsupported(key: kind.path, value: name)
    }
  }

  /// The part of a `tokenizer_config.json` that names special tokens, from the metadata of a GGUF
  /// file.
  ///
  /// - Parameter metadata: All key-value pairs of the file.
  /// - Returns: `bos_token`, `eos_token`, `unk_token` and `pad_token`, as far as the file has them.
  /// - Throws: `TokenizerError` when an id is not one of a token.
  public static func configuration(
    fromGGUF metadata: JSONObject
  ) throws(TokenizerError) -> JSONValue {
    let vocabulary = try GGUFVocabulary(JSONSection(value: .object(metadata), path: ""))
    var configuration = JSONObject()
    for (name, key) in [
      ("bos_token", "bos_token_id"), ("eos_token", "eos_token_id"),
      ("unk_token", "unknown_token_id"), ("pad_token", "padding_token_id"),
    ] {
      guard let id = try vocabulary.id(key) else { continue }
      configuration[name] = .string(vocabulary.tokens[id])
    }
    return .object(configuration)
  }
}
