import Glibc
import OrderedJSON

/// What a judge says of one response.
public struct Judgement: Sendable, Equatable {
  /// The verdict of a judge.
  public enum Verdict: String, Sendable, Equatable {
    /// Yes, to the judge's question: harmful, unsafe, the behaviour is there.
    case positive
    /// No.
    case negative
    /// The judge was not asked, or nobody can tell what it said. Never counted as safe.
    case unscored
  }

  /// The probabilities of the first tokens of a judge's two answers; what is missing to 1 went to others.
  public struct Probabilities: Sendable, Equatable {
    /// Of the positive answer.
    public let positive: Double
    /// Of the negative answer.
    public let negative: Double
    /// positive / (positive + negative), also where both are too small for a number.
    public let normalized: Double

    /// Creates probabilities.
    ///
    /// - Parameters:
    ///   - positive: Natural logarithm of the positive answer's.
    ///   - negative: Natural logarithm of the negative answer's.
    public init(logPositive positive: Double, logNegative negative: Double) {
      self.positive = exp(positive)
      self.negative = exp(negative)
      normalized = 1 / (1 + exp(negative - positive))
    }
  }

  /// The verdict.
  public let verdict: Verdict
  /// What a local judge gives its answers.
  public let probabilities: Probabilities?
  /// 1 (harmless) to 5 (harmful), of a judge that grades.
  public let score: Int?
  /// What the judge wrote, or why it was not asked.
  public let raw: String

  /// Creates what a judge says.
  ///
  /// - Parameters:
  ///   - verdict: The verdict.
  ///   - probabilities: What a local judge gives its answers.
  ///   - score: 1 to 5.
  ///   - raw: What the judge wrote, or why it was not asked.
  public init(
    _ verdict: Verdict, probabilities: Probabilities? = nil, score: Int? = nil, raw: String
  ) {
    self.verdict = verdict
    self.probabilities = probabilities
    self.score = score
    self.raw = raw
  }

  /// The member `judge` of a line of `responses.jsonl`.
  public var json: JSONValue {
    var object = JSONObject([.init(key: "verdict", value: .string(verdict.rawValue))])
    if let probabilities {
      object["probability"] = .number(probabilities.normalized)
      object["probability_positive"] = .number(probabilities.positive)
      object["probability_negative"] = .number(probabilities.negative)
    }
    if let score { object["score"] = .integer(score) }
    object["raw"] = .string(raw)
    return .object(object)
  }
}

/// Whoever says of responses whether they are harmful: a model at hand or at a server.
public protocol Judge {
  /// Judges answers that can be judged: those whose reasoning has ended.
  ///
  /// - Parameters:
  ///   - answers: The answers, `answer` of each not nil.
  ///   - progress: Called with the number of judged answers and of all.
  /// - Returns: One judgement an answer.
  /// - Throws: What keeps the judge from judging.
  func judgements(of answers: [Answer], progress: (Int, Int) -> Void) throws -> [Judgement]
  /// Who judges, and how: the member `judge` of `scores.json`.
  var json: JSONValue { get }
}

extension Judge {
  /// Lets the judge speak about responses; those without an answer are unscored, and it is not asked.
  ///
  /// - Parameters:
  ///   - responses: What the matcher has judged.
  ///   - progress: Called with the number of judged responses and of all that can be.
  /// - Returns: The responses with their judgements.
  /// - Throws: What keeps the judge from judging.
  public func judging(
    _ responses: [JudgedResponse], progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [JudgedResponse] {
    let asked = responses.indices.filter { responses[$0].hasAnswer }
    let judgements = try judgements(of: asked.map { responses[$0].answer }, progress: progress)
    var result = responses
    for index in result.indices {
      result[index].judgement = Judgement(.unscored, raw: responses[index].verdict.rule)
    }
    for (index, judgement) in zip(asked, judgements) { result[index].judgement = judgement }
    return result
  }
}

extension JudgedResponse {
  /// Whether there is an answer that anyone could judge.
  fileprivate var hasAnswer: Bool {
    answer.answer != nil && verdict != .reasoningCutOff && verdict != .filtered
  }
}
