import Statistics
import Tokens

/// A pool of candidates with their scores, in an order.
public struct Ranking: Sendable {
  /// The candidates, in the order of the file.
  public let candidates: [Example]
  /// The loss of each.
  public let losses: [Double]
  /// What their gradients say.
  public let scores: GradientScores
  /// What trying gave, by candidate.
  public private(set) var measurements: [Int: BilevelMeasurement] = [:]
  /// Candidates by the mean of their ranks in the gradient scores, the best first.
  public let order: [Int]
  /// The mean of the ranks of each candidate.
  public let meanRanks: [Double]

  /// Orders candidates.
  ///
  /// - Parameters:
  ///   - candidates: The candidates.
  ///   - losses: The loss of each.
  ///   - scores: What their gradients say.
  public init(_ candidates: [Example], losses: [Double], scores: GradientScores) {
    self.candidates = candidates
    self.losses = losses
    self.scores = scores
    let ranks = Self.gradientScores(scores).map { Ranks($0.values).values }
    let means = candidates.indices.map { index in
      // A candidate without a score comes last in it.
      ranks.reduce(0) { $0 + ($1[index].isNaN ? Double(candidates.count) : $1[index]) }
        / Double(ranks.count)
    }
    meanRanks = means
    order = candidates.indices.sorted { (means[$0], $0) < (means[$1], $1) }
  }

  /// Adds what trying a candidate gave.
  ///
  /// - Parameters:
  ///   - measurement: What it gave.
  ///   - index: The candidate.
  public mutating func add(_ measurement: BilevelMeasurement, of index: Int) {
    measurements[index] = measurement
  }

  /// A score of all candidates; the higher the better.
  public struct Score: Sendable {
    /// Its name in files and tables.
    public let name: String
    /// One a candidate; NaN where there is none.
    public let values: [Double]

    /// Creates a score.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - values: One a candidate.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// All scores that there are; the measured objective counts with its sign turned.
  public var allScores: [Score] {
    var all = Self.gradientScores(scores)
    if !measurements.isEmpty {
      all.append(
        Score(
          name: "objective",
          values: candidates.indices.map { measurements[$0].map { -$0.objective } ?? .nan }))
    }
    return all
  }

  private static func gradientScores(_ scores: GradientScores) -> [Score] {
    [
      Score(name: "alignment", values: scores.alignment),
      scores.opposition.map { Score(name: "opposition", values: $0) },
      scores.dropPerKL.map { Score(name: "drop_per_kl", values: $0) },
    ].compactMap(\.self)
  }

  /// Spearman's correlation of two scores over the candidates that have both.
  public struct Correlation: Sendable {
    /// Name of a score.
    public let first: String
    /// Name of another.
    public let second: String
    /// Between -1 and 1.
    public let value: Double
    /// Candidates that have both.
    public let count: Int
  }

  /// The correlations of all pairs of scores.
  public var correlations: [Correlation] {
    let scores = allScores
    return scores.indices.flatMap { first in
      scores.indices.dropFirst(first + 1).map { second in
        let (one, other) = (scores[first], scores[second])
        return Correlation(
          first: one.name, second: other.name, value: Ranks.spearman(one.values, other.values),
          count: zip(one.values, other.values).count { !$0.isNaN && !$1.isNaN })
      }
    }
  }
}
