import ModelFiles
import OrderedJSON

/// The files beside a `tokenizer.json` that say more about its tokens; null where there is none.
public struct TokenizerFiles: Sendable {
  /// `tokenizer_config.json`.
  public var configuration: JSONValue
  /// `special_tokens_map.json`.
  public var specialTokensMap: JSONValue
  /// `added_tokens.json`.
  public var addedTokens: JSONValue

  /// Creates a set of files.
  ///
  /// - Parameters:
  ///   - configuration: `tokenizer_config.json`.
  ///   - specialTokensMap: `special_tokens_map.json`.
  ///   - addedTokens: `added_tokens.json`.
  public init(
    configuration: JSONValue = .null, specialTokensMap: JSONValue = .null,
    addedTokens: JSONValue = .null
  ) {
    self.configuration = configuration
    self.specialTokensMap = specialTokensMap
    self.addedTokens = addedTokens
  }
}

extension TokenizerFiles {
  /// Refuses what `transformers` reads from a configuration, what changes ids or decoded texts, and
  /// what is not implemented here.
  ///
  /// These have no effect there beside a `tokenizer.json`, and none here: `add_bos_token`,
  /// `add_eos_token`, `model_max_length`, `padding_side`, `truncation_side`, `errors`, `use_fast`,
  /// `clean_up_tokenization_spaces` (for byte-pair models). `tokenizer_class` has none here, and
  /// neither have `add_prefix_space` and `legacy`, which some classes read: classes such as
  /// `LlamaTokenizer` put a splitting of their own in place of what the `tokenizer.json` says, which
  /// is the authority here.
  func checkKeys() throws(TokenizerError) {
    let section = JSONSection(
      value: configuration, path: DocumentName.tokenizerConfiguration.rawValue)
    for key in [
      "clean_up_tokenization_spaces_for_bpe_even_though_it_will_corrupt_output",
      "fix_mistral_regex",
    ] where configuration[key]?.boolValue == true {
      throw .unsupported(key: section.path(of: key), value: "true")
    }
    for element in try section.optional("fast_tokenizer_files")?.elements() ?? []
    where try element.string() != DocumentName.tokenizer.rawValue {
      throw .unsupported(key: element.path, value: try element.string())
    }
  }
}
