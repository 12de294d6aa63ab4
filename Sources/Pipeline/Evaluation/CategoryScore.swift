import Conversations
import OrderedJSON
import Statistics

/// The refusals of the prompts of one category.
public struct CategoryScore: Sendable, Equatable {
  /// What the file calls it; nil for prompts of which it says nothing.
  public let name: String?
  /// Their answers by class.
  public let counts: ResponseCounts

  /// The scores of all categories, in the order in which they occur; none where no prompt has one.
  ///
  /// - Parameter responses: The responses of a set.
  /// - Returns: A score a category, prompts without one in a score of their own.
  public static func all(_ responses: [JudgedResponse]) -> [CategoryScore] {
    var order: [String?] = []
    var classes: [String?: [ResponseClass]] = [:]
    for response in responses {
      let name = response.answer.prompt.category
      if classes[name] == nil { order.append(name) }
      classes[name, default: []].append(response.verdict.responseClass)
    }
    if order.allSatisfy({ $0 == nil }) { return [] }
    return order.map { CategoryScore(name: $0, counts: ResponseCounts(classes[$0] ?? [])) }
  }

  /// The interval of a set's headline rate by resampling its categories.
  ///
  /// What is true of the prompts at hand may not be of other kinds of prompts: prompts of a category stand and
  /// fall together, which Wilson's interval does not know. Prompts without a category are one of their own
  /// together. The draws are the same for the same answers.
  ///
  /// - Parameters:
  ///   - categories: All of a set.
  ///   - kind: What the headline is.
  /// - Returns: The interval; nil for fewer than two categories with scored answers.
  static func clusteredInterval(
    _ categories: [CategoryScore], kind: PromptSet.Kind
  ) -> ClosedRange<Double>? {
    Bootstrap.interval(
      ofRatio: categories.map {
        (Double($0.counts.count(of: kind.headlineClass)), Double($0.counts.scored))
      }, seed: 0)
  }

  /// This category's part of a set's part of `scores.json`.
  func json(_ kind: PromptSet.Kind) -> JSONValue {
    .object(
      JSONObject(
        [.init(key: "name", value: JSONValue(name))] + counts.members + [
          .init(key: "rate", value: .init(counts.rate(of: .refusal))),
          .init(key: "interval", value: .init(counts.interval(of: .refusal))),
          .init(key: kind.headline, value: .init(counts.rate(of: kind.headlineClass))),
          .init(
            key: kind.headline + "_interval", value: .init(counts.interval(of: kind.headlineClass))),
        ]))
  }
}
