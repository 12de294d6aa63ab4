import ModelFiles
import OrderedJSON
import Tokens

/// Turns text into tokens and back, exactly as a Hugging Face `tokenizer.json` says.
///
/// The `tokenizers` library is the authority: the same file gives the same ids there and here.
/// Byte-pair models are implemented, with all the parts that language models use around them; any
/// other part is refused by name. Truncation and padding in the file are ignored.
///
/// Ids are numbers of the vocabulary; texts are compared by their bytes, so that composed and
/// decomposed characters stay apart unless the normaliser says otherwise.
public final class Tokenizer: Sendable {
  let model: BytePairModel
  let normalizer: Normalizer?
  let preTokenizers: [PreTokenizer]
  let added: AddedVocabulary
  let postProcessor: PostProcessor
  let decoder: TokenDecoder?
  /// The tokens of the 256 bytes, when the model can take the words of a byte-level tokenizer
  /// byte by byte instead of spelled in the byte-level alphabet.
  let alphabet: [UInt32?]?

  /// The tokens that have a name, such as `eos_token`, as a chat template sees them.
  public let namedTokens: [(name: String, token: String)]
  /// What the files beside the `tokenizer.json` changed, for a fingerprint; empty where nothing.
  public let changes: String

  /// Reads a `tokenizer.json`, and what the files beside it add to it.
  ///
  /// Added tokens, named tokens and `split_special_tokens` count as in `transformers` 5. For all the
  /// rest the `tokenizer.json` is the authority: `tokenizer_class` has no effect, although some
  /// classes there (`LlamaTokenizer`, `GemmaTokenizer`, `Qwen2Tokenizer`, `GPT2Tokenizer`) put
  /// a normaliser and splitting of their own in its place, and neither have `add_bos_token` and
  /// `add_eos_token`, since the file's post-processor decides.
  ///
  /// - Parameters:
  ///   - json: The parsed `tokenizer.json`.
  ///   - files: What stands beside it.
  /// - Throws: `TokenizerError` with the path of the member that is wrong.
  public init(
    json: JSONValue, files: TokenizerFiles = TokenizerFiles()
  ) throws(TokenizerError) {
    try Self.checkVersion(JSONSection(value: json, path: ""))
    try files.checkKeys()
    let own = try Self.addedTokens(JSONSection(value: json, path: ""))
    let configured = try ConfiguredTokens(files, own: own)
    namedTokens = configured.named.map { ($0.name, $0.value.content) }
    let file = JSONSection(value: json, path: "")
    model = try BytePairModel(try file.required("model"))
    normalizer = try Self.part(file, "normalizer", Normalizer.init)
    try normalizer?.checkGrowth("normalizer")
    preTokenizers = try Self.part(file, "pre_tokenizer", PreTokenizer.init)?.steps ?? []
    postProcessor = try Self.part(file, "post_processor", PostProcessor.init) ?? PostProcessor()
    decoder = try Self.part(file, "decoder", TokenDecoder.init)
    try decoder?.checkGrowth("decoder")
    let base = own.map(\.token)
    let tokens = base + configured.added(to: base)
    let splitsSpecials = files.configuration["split_special_tokens"]?.boolValue ?? false
    added = AddedVocabulary(
      tokens, model: model.vocabulary, normalizer: normalizer, splitsSpecials: splitsSpecials)
    alphabet = if case .byteLevel = preTokenizers.last { model.alphabet() } else { nil }
    let known = Set(base)
    let isSame = !splitsSpecials && tokens.allSatisfy(known.contains)
    changes = isSame ? "" : "\(splitsSpecials) \(tokens)"
  }

  private static func checkVersion(_ file: JSONSection) throws(TokenizerError) {
    guard file.value.objectValue != nil else {
      throw .wrongType(
        key: DocumentName.tokenizer.rawValue, expected: "an object", found: file.value.kind)
    }
    if let version = try file.optionalString("version"), version != "1.0" {
      throw .unsupported(key: "version", value: version)
    }
  }

  private static func part<Part>(
    _ file: JSONSection, _ key: String,
    _ read: (JSONSection) throws(TokenizerError) -> Part
  ) throws(TokenizerError) -> Part? {
    guard let section = file.optional(key) else { return nil }
    return try read(section)
  }

  /// The added tokens with the ids that the file gives them.
  private static func addedTokens(
    _ file: JSONSection
  ) throws(TokenizerError) -> [(id: Int, token: AddedToken)] {
    guard let section = file.optional("added_tokens") else { return [] }
    var tokens: [(id: Int, token: AddedToken)] = []
    for element in try section.elements() {
      tokens.append((Int(try element.required("id").tokenID()), try AddedToken(element)))
    }
    return tokens
  }
}

// MARK: - Kind

extension Tokenizer {
  /// How a tokenizer spells what its merges do not reach.
  public enum Kind: String, Sendable {
    /// GPT-2's way: every byte has a visible character.
    case byteLevel = "byte-level BPE"
    /// SentencePiece's way: characters that the vocabulary lacks become tokens of bytes.
    case byteFallback = "BPE with byte fallback"
    /// Characters that the vocabulary lacks become the unknown token, or nothing.
    case characters = "BPE of characters"
  }

  /// The kind of this tokenizer.
  public var kind: Kind {
    let isByteLevel = preTokenizers.contains { if case .byteLevel = $0 { true } else { false } }
    if isByteLevel || normalizer?.spellsBytes ?? false { return .byteLevel }
    return model.byteIDs.contains { $0 != nil } ? .byteFallback : .characters
  }
}

// MARK: - Vocabulary

extension Tokenizer {
  /// How many tokens there are, the added ones included.
  public var vocabularySize: Int { model.vocabulary.count + added.count(beyond: model.vocabulary) }

  /// The id of a token, spelled as in the vocabulary, or nil when there is none.
  public func id(of token: String) -> TokenID? {
    Self.id(of: token, added, model.vocabulary)
  }

  private static func id(
    of token: String, _ added: AddedVocabulary, _ vocabulary: Vocabulary
  ) -> TokenID? {
    let bytes = Array(token.utf8)[...]
    return (added.id(of: bytes) ?? vocabulary.id(of: bytes)).map { TokenID(clamping: $0) }
  }

  /// The token of an id, spelled as in the vocabulary, or nil when there is none.
  public func token(of id: TokenID) -> String? {
    guard let id = UInt32(exactly: id) else { return nil }
    let bytes = added.token(of: id)?.content[...] ?? model.vocabulary.token(of: id)
    return bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Whether an id is that of an added token, which is looked for in the text itself.
  public func isAdded(_ id: TokenID) -> Bool {
    UInt32(exactly: id).flatMap { added.token(of: $0) } != nil
  }

  /// Whether an id is that of a special token, which decoding may leave out.
  public func isSpecial(_ id: TokenID) -> Bool {
    UInt32(exactly: id).flatMap { added.token(of: $0) }?.isSpecial ?? false
  }
}
