import OrderedJSON

/// What a `generation_config.json` says about greedy decoding.
///
/// The names, defaults and meanings are those of transformers' `GenerationConfig`. Settings that
/// choose another way to search, such as sampling or beams, are not applied, for responses here are
/// always greedy; they are kept in `notApplied`, so that a result says so.
public struct GenerationSettings: Sendable {
  /// Divides positive scores, and multiplies negative ones, of tokens that are in the text.
  public var repetitionPenalty = 1.0
  /// Raises the scores of the prompt's tokens in the same way, by its reciprocal.
  public var encoderRepetitionPenalty = 1.0
  /// Tokens of a stretch that may stand in the text only once; 0 for no such rule.
  public var noRepeatNgramSize = 0
  /// Tokens of a stretch of the prompt that the response may not repeat; 0 for no such rule.
  public var encoderNoRepeatNgramSize = 0
  /// Added to the score of the last token of a sequence where the text ends with the others.
  public var sequenceBias: [SequenceBias] = []
  /// Sequences that are never completed.
  public var badWords: [[Int]] = []
  /// Tokens, the prompt's included, before which no stop token is written.
  public var minLength = 0
  /// Tokens of the response before which no stop token is written; goes before `minLength`.
  public var minNewTokens: Int?
  /// The token after a text of a single token.
  public var forcedBeginning: Int?
  /// The tokens of which one is the last where the limit on new tokens is reached.
  public var forcedEnd: [Int] = []
  /// Whether scores that are NaN or infinite become finite ones.
  public var removesInvalidValues = false
  /// Raises the scores of stop tokens exponentially after so many new tokens.
  public var lengthPenalty: LengthPenalty?
  /// Tokens that are never written.
  public var suppressedTokens: Set<Int> = []
  /// Tokens that the response does not begin with.
  public var tokensSuppressedAtBeginning: Set<Int> = []
  /// The ids that end a text; nil where nothing is said about them.
  public var endTokens: [Int]?

  /// The members that were applied, as they are written.
  public internal(set) var applied = JSONObject()
  /// The members that would make another response and were not applied, as they are written.
  public internal(set) var notApplied = JSONObject()
  /// The names of members that transformers does not know either.
  public internal(set) var unknownKeys: [String] = []

  /// A sequence of tokens and what is added to the score of its last one.
  public struct SequenceBias: Sendable, Equatable {
    /// The sequence.
    public var tokens: [Int]
    /// What is added; minus infinity forbids it.
    public var bias: Float
  }

  /// score + |score| (factorⁿ - 1) for stop tokens, n new tokens after `start`.
  public struct LengthPenalty: Sendable, Equatable {
    /// New tokens without a penalty.
    public var start: Int
    /// The base of the exponential.
    public var factor: Double
  }

  /// Plain greedy decoding.
  public init() {}

  /// Whether the largest logit is taken as it is.
  var isPlain: Bool {
    repetitionPenalty == 1 && encoderRepetitionPenalty == 1 && noRepeatNgramSize == 0
      && encoderNoRepeatNgramSize == 0 && sequenceBias.isEmpty && badWords.isEmpty
      && minLength == 0 && minNewTokens ?? 0 == 0 && forcedBeginning == nil && forcedEnd.isEmpty
      && !removesInvalidValues && lengthPenalty == nil && suppressedTokens.isEmpty
      && tokensSuppressedAtBeginning.isEmpty
  }
}
