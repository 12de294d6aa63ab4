import OrderedJSON

/// How a byte-level tokenizer splits text, which a GGUF file only names in `tokenizer.ggml.pre`.
struct GGUFSplitting {
  /// The patterns that split the text in turn, or nil for GPT-2's own.
  private var patterns: [String]?
  /// Whether every digit is a word.
  private var splitsDigits = false
  /// Whether characters are composed first.
  private(set) var composesCharacters = false
  /// Whether a word that is a token is taken whole.
  private(set) var ignoresMerges = false
  /// Whether a text begins with a special token when the file does not say.
  private(set) var addsBeginning = false

  /// The splitting of a name, or nil for a name that is not known.
  init?(named name: String) {
    switch name {
    case "gpt-2", "phi-2": break
    case "default": patterns = Self.llamaCPP
    case "smollm", "starcoder", "refact", "codeshell": splitsDigits = true
    case "command-r":
      splitsDigits = true
      composesCharacters = true
    case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2":
      patterns = [Self.llama3]
      ignoresMerges = true
      addsBeginning = true
    case "dbrx", "smaug-bpe": patterns = [Self.llama3]
    case "tekken":
      patterns = [Self.tekken]
      ignoresMerges = true
      addsBeginning = true
    case "qwen2":
      patterns = [Self.qwen2]
      composesCharacters = true
    case "deepseek-r1-qwen", "megrez": patterns = [Self.qwen2]
    case "gpt-4o", "llama4": patterns = [Self.gpt4o]
    case "deepseek-v3", "hunyuan-dense": patterns = Self.deepSeek3
    case "deepseek-coder": patterns = Self.deepSeekCoder
    default: return nil
    }
  }

  /// The section `pre_tokenizer`.
  var preTokenizer: JSONValue {
    var steps: [JSONValue] = (patterns ?? []).map { pattern in
      [
        "type": "Split", "pattern": ["Regex": .string(pattern)], "behavior": "Isolated",
        "invert": false,
      ]
    }
    if splitsDigits { steps.append(["type": "Digits", "individual_digits": true]) }
    steps.append([
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
      "use_regex": .bool(patterns == nil),
    ])
    return ["type": "Sequence", "pretokenizers": .array(steps)]
  }

  // MARK: Patterns, as the tokenizer.json of each family has them

  /// What llama.cpp does under the name `default`, which is no family's own.
  private static let llamaCPP = [
    #"[\p{P}\$\+<=>\^~\|]+"#,
    #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)"#,
    #"\p{N}+"#, #"[0-9][0-9][0-9]"#,
  ]

  private static let contraction = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)"#
  private static let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
  private static let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
  private static let spaces = #"\s*[\r\n]+|\s+(?!\S)|\s+"#

  private static let llama3 = words(digits: #"\p{N}{1,3}"#)
  private static let qwen2 = words(digits: #"\p{N}"#)
  private static let tekken = casedWords(ending: "", digits: #"\p{N}"#)
  private static let gpt4o = casedWords(ending: contraction + "?", digits: #"\p{N}{1,3}"#)

  private static func words(digits: String) -> String {
    contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"# + digits
      + #"| ?[^\s\p{L}\p{N}]+[\r\n]*|"# + spaces
  }

  /// Words are also split where lower case goes over to upper case.
  private static func casedWords(ending: String, digits: String) -> String {
    let before = #"[^\r\n\p{L}\p{N}]?"#
    return before + upper + "*" + lower + "+" + ending
      + "|" + before + upper + "+" + lower + "*" + ending
      + "|" + digits + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|"# + spaces
  }

  private static let deepSeek3 = [
    #"\p{N}{1,3}"#,
    #"[\x{4E00}-\x{9FA5}\x{3040}-\x{309F}\x{30A0}-\x{30FF}]+"#,
    ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"##
      + #"|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"# + spaces,
  ]

  private static let deepSeekCoder = [
    #"[\r\n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#,
    #"[\x{4E00}-\x{9FA5}\x{0800}-\x{4E00}\x{AC00}-\x{D7FF}]+"#, #"\p{N}"#,
  ]
}
