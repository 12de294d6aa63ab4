import Conversations
import OrderedJSON
import Statistics

/// One prompt set under two models.
///
/// Where both were asked prompts of the same id and the same words, these are compared pair by pair; where
/// they share none, as independent samples. An answer that is degenerate or unscored under either model is
/// no refusal and no compliance, so its pair is left out, and counted.
public struct SetComparison: Sendable {
  /// The name.
  public let name: String
  /// What a refusal means.
  public let kind: PromptSet.Kind
  /// Prompts that both were asked; 0 where the samples are independent.
  public let shared: Int
  /// Prompts that only the first, and only the second, was asked.
  public let alone: (first: Int, second: Int)
  /// Pairs of scored answers by refusal; nil where the samples are independent.
  public let refusals: PairedCounts?
  /// Shared prompts with an answer that is not scored.
  public let unscoredPairs: Int
  /// The compared answers by class.
  public let counts: (first: ResponseCounts, second: ResponseCounts)

  package typealias Verdicts = (prompts: [Prompt], classes: [ResponseClass])

  /// Compares a set.
  ///
  /// - Parameters:
  ///   - first: Its prompts and verdicts under the first model.
  ///   - second: Under the second.
  init(
    _ first: (set: PromptSet, verdicts: [Verdict?]),
    _ second: (set: PromptSet, verdicts: [Verdict?])
  ) {
    name = first.set.name
    kind = first.set.kind
    let one = Self.byPrompt(first)
    let two = Self.byPrompt(second)
    let pairs = one.order.compactMap { key in
      one.classes[key].flatMap { mine in two.classes[key].map { (mine, $0) } }
    }
    shared = pairs.count
    alone = (one.order.count - shared, two.order.count - shared)
    guard !pairs.isEmpty else {
      refusals = nil
      unscoredPairs = 0
      counts = (ResponseCounts(one.classes.values), ResponseCounts(two.classes.values))
      return
    }
    let scored: Set<ResponseClass> = [.refusal, .compliance]
    let compared = pairs.filter { scored.contains($0.0) && scored.contains($0.1) }
    refusals = PairedCounts(compared.map { ($0.0 == .refusal, $0.1 == .refusal) })
    unscoredPairs = pairs.count - compared.count
    counts = (ResponseCounts(compared.map(\.0)), ResponseCounts(compared.map(\.1)))
  }

  /// The verdicts by id and words of the prompt; the second prompt of the same kind counts as another one.
  package static func byPrompt(
    _ set: (set: PromptSet, verdicts: [Verdict?])
  ) -> (order: [String], classes: [String: ResponseClass]) {
    var order: [String] = []
    var classes: [String: ResponseClass] = [:]
    var seen: [String: Int] = [:]
    for (prompt, verdict) in zip(set.set.prompts, set.verdicts) {
      let name = prompt.id + "\u{0}" + JSONValue.array(prompt.messages).text()
      let number = seen[name, default: 0]
      seen[name] = number + 1
      let key = "\(number)\u{0}" + name
      order.append(key)
      classes[key] = verdict?.responseClass ?? .unscored
    }
    return (order, classes)
  }

  /// The difference of the headline rates, first less second, by the method that `pairing` names.
  public var difference: RateDifference? {
    guard let refusals else {
      return RateDifference(
        independent: (counts.first.count(of: kind.headlineClass), counts.first.scored),
        (counts.second.count(of: kind.headlineClass), counts.second.scored))
    }
    guard kind == .harmful else { return RateDifference(paired: refusals) }
    var compliances = PairedCounts()
    compliances.both = refusals.neither
    compliances.onlyFirst = refusals.onlySecond
    compliances.onlySecond = refusals.onlyFirst
    compliances.neither = refusals.both
    return RateDifference(paired: compliances)
  }

  /// McNemar's test of the pairs.
  public var test: McNemarTest? { refusals.flatMap { $0.count > 0 ? McNemarTest($0) : nil } }
}

extension SetComparison {
  private var pairing: String { refusals == nil ? "independent" : "paired" }

  /// This set's part of the comparison.
  public var json: JSONValue {
    var members: [JSONObject.Member] = [
      .init(key: "name", value: .string(name)),
      .init(key: "kind", value: .string(kind.rawValue)),
      .init(key: "measure", value: .string(kind.headline)),
      .init(key: "pairing", value: .string(pairing)),
      .init(key: "shared", value: .integer(shared)),
      .init(key: "only_in_a", value: .integer(alone.first)),
      .init(key: "only_in_b", value: .integer(alone.second)),
      .init(key: "unscored_pairs", value: .integer(unscoredPairs)),
    ]
    if let refusals {
      members += [
        .init(key: "both_refused", value: .integer(refusals.both)),
        .init(key: "only_a_refused", value: .integer(refusals.onlyFirst)),
        .init(key: "only_b_refused", value: .integer(refusals.onlySecond)),
        .init(key: "neither_refused", value: .integer(refusals.neither)),
      ]
    }
    members += [
      .init(key: "a", value: json(counts.first)), .init(key: "b", value: json(counts.second)),
      .init(key: "difference", value: .init(difference?.difference)),
      .init(
        key: "difference_interval",
        value: difference.map { [.number($0.lower), .number($0.upper)] } ?? .null),
      .init(key: "difference_method", value: .string("newcombe-\(pairing)-95")),
      .init(key: "mcnemar_p", value: .init(test?.pValue)),
      .init(key: "mcnemar_method", value: JSONValue(test?.method.rawValue)),
    ]
    return .object(JSONObject(members))
  }

  private func json(_ counts: ResponseCounts) -> JSONValue {
    [
      "scored": .integer(counts.scored), "refused": .integer(counts.count(of: .refusal)),
      "rate": .init(counts.rate(of: kind.headlineClass)),
      "interval": .init(counts.interval(of: kind.headlineClass)),
    ]
  }

  /// The lines of a table.
  var lines: [(name: String, text: String)] {
    var text = "A \(counts.first.headline(kind)), B \(counts.second.headline(kind))"
    if let difference {
      text +=
        ", A - B \(TextTable.share(difference.difference)) "
        + "[\(TextTable.share(difference.lower)), \(TextTable.share(difference.upper))]"
        + " (Newcombe, \(pairing))"
    }
    guard let refusals else { return [(name, text + "; no prompt in common")] }
    var pairs =
      "refused by both \(refusals.both), only A \(refusals.onlyFirst), "
      + "only B \(refusals.onlySecond), neither \(refusals.neither)"
    if unscoredPairs > 0 { pairs += ", not scored \(unscoredPairs)" }
    if alone.first > 0 { pairs += ", asked only A \(alone.first)" }
    if alone.second > 0 { pairs += ", asked only B \(alone.second)" }
    if let test {
      let p = test.pValue < 0.0005 ? "< 0.001" : TextTable.number(test.pValue)
      pairs += "; McNemar p \(p) (\(test.method.rawValue))"
    }
    return [(name, text), ("", pairs)]
  }
}
