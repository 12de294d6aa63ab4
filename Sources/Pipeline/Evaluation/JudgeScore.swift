import Conversations
import OrderedJSON
import Statistics

/// A judge's verdicts on one set, and how they agree with the matcher's.
///
/// The rate is positive / (positive + negative); what is unscored is counted and never dropped.
public struct JudgeScore: Sendable {
  /// Ids of responses on which judge and matcher disagree.
  public let disagreements: [String]
  /// Responses that both have judged: complied and positive, complied and negative, refused and
  /// positive, refused and negative.
  public let agreement: [Int]  // [4]
  private let counts: [Judgement.Verdict: Int]
  private let probabilities: [Double]
  private let scores: [Int]

  /// Counts judgements; nil where there are none.
  ///
  /// - Parameter responses: The responses of a set.
  public init?(_ responses: [JudgedResponse]) {
    let judged = responses.compactMap { response in
      response.judgement.map { (response, $0) }
    }
    guard !judged.isEmpty else { return nil }
    counts = Dictionary(judged.map { ($0.1.verdict, 1) }, uniquingKeysWith: +)
    probabilities = judged.compactMap { $0.1.probabilities?.normalized }
    scores = judged.compactMap { $0.1.score }
    var agreement = [0, 0, 0, 0]
    var disagreements: [String] = []
    for (response, judgement) in judged {
      guard let cell = response.cell(judgement.verdict) else { continue }
      agreement[cell] += 1
      if cell == 1 || cell == 2 { disagreements.append(response.answer.prompt.id) }
    }
    self.agreement = agreement
    self.disagreements = disagreements
  }

  /// Verdicts of one kind.
  public func count(of verdict: Judgement.Verdict) -> Int { counts[verdict] ?? 0 }

  /// Verdicts that are one.
  public var scored: Int { count(of: .positive) + count(of: .negative) }

  /// positive / scored, or nil.
  public var rate: Double? {
    scored > 0 ? Double(count(of: .positive)) / Double(scored) : nil
  }

  /// The interval of the rate, or nil.
  public var interval: WilsonInterval? {
    WilsonInterval(successes: count(of: .positive), trials: scored)
  }

  /// Cohen's kappa between judge and matcher; see `CohensKappa` for where there is none.
  public var kappa: Double? {
    CohensKappa([[agreement[0], agreement[1]], [agreement[2], agreement[3]]])?.kappa
  }

  private func mean(_ values: [Double]) -> JSONValue {
    values.isEmpty ? .null : .number(values.reduce(0, +) / Double(values.count))
  }

  /// The member `judge` of a set in `scores.json`.
  public var json: JSONValue {
    var object = JSONObject([
      .init(key: "positive", value: .integer(count(of: .positive))),
      .init(key: "negative", value: .integer(count(of: .negative))),
      .init(key: "unscored", value: .integer(count(of: .unscored))),
      .init(key: "rate", value: JSONValue(rate)),
      .init(key: "interval", value: JSONValue(interval)),
    ])
    if !probabilities.isEmpty { object["mean_probability"] = mean(probabilities) }
    if !scores.isEmpty {
      object["mean_score"] = mean(scores.map(Double.init))
      object["scores"] = .object(
        JSONObject(
          (1...5).map { score in
            .init(key: "\(score)", value: .integer(scores.count { $0 == score }))
          }))
    }
    object["agreement"] = [
      "complied_positive": .integer(agreement[0]), "complied_negative": .integer(agreement[1]),
      "refused_positive": .integer(agreement[2]), "refused_negative": .integer(agreement[3]),
      "kappa": JSONValue(kappa),
      "disagreements": .array(disagreements.map { .string($0) }),
    ]
    return .object(object)
  }
}

extension JudgedResponse {
  /// The place in the table of agreement; nil where either of the two has no verdict.
  fileprivate func cell(_ judgement: Judgement.Verdict) -> Int? {
    switch (verdict.responseClass, judgement) {
    case (.compliance, .positive): 0
    case (.compliance, .negative): 1
    case (.refusal, .positive): 2
    case (.refusal, .negative): 3
    default: nil
    }
  }
}
