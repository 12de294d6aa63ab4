import Failures
import OrderedJSON
import Statistics

/// The loss on one utility set under two models.
public struct UtilityComparison: Sendable {
  /// The name.
  public let name: String
  /// Mean negative log-likelihood over answer tokens; of the shared examples where losses are stored.
  public let means: (first: Double, second: Double)
  /// Examples behind the means, by id; nil where the losses of examples are not stored.
  public let shared: Int?
  /// The 95 % interval of first less second from resampling the shared examples, for both models alike.
  public let interval: ClosedRange<Double>?

  /// Compares a set.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - means: As the scores have them.
  ///   - first: The losses under the first model.
  ///   - second: Under the second.
  init(
    name: String, means: (first: Double, second: Double), _ first: [UtilityScore.Example],
    _ second: [UtilityScore.Example]
  ) {
    self.name = name
    let others = Dictionary(second.map { ($0.id, $0) }) { first, _ in first }
    let pairs = first.compactMap { one in others[one.id].map { (one, $0) } }
      .filter { $0.answerTokenCount > 0 && $1.answerTokenCount > 0 }
    guard !pairs.isEmpty else {
      self.means = means
      shared = nil
      interval = nil
      return
    }
    self.means = (UtilityScore.meanNLL(pairs.map(\.0)), UtilityScore.meanNLL(pairs.map(\.1)))
    shared = pairs.count
    interval = Bootstrap.interval(clusterCount: pairs.count, seed: 0) { drawn in
      UtilityScore.meanNLL(drawn.map { pairs[$0].0 })
        - UtilityScore.meanNLL(drawn.map { pairs[$0].1 })
    }
  }

  /// This set's part of the comparison.
  public var json: JSONValue {
    [
      "name": .string(name), "a_mean_nll": .number(means.first),
      "b_mean_nll": .number(means.second), "difference": .number(means.first - means.second),
      "difference_interval": .init(interval),
      "difference_method": interval == nil ? .null : "paired-bootstrap-percentile-95",
      "shared": JSONValue(shared),
    ]
  }

  /// The line of a table.
  var line: (name: String, text: String) {
    var text =
      "mean NLL A \(TextTable.number(means.first)), B \(TextTable.number(means.second)), "
      + "A - B \(TextTable.number(means.first - means.second))"
    if let interval { text += " \(TextTable.number(interval)) (paired bootstrap)" }
    text += shared.map { ", " + counted($0, "examples") } ?? ", losses of examples are not stored"
    return (name, text)
  }
}
