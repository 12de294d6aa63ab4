import Glibc

/// McNemar's test of whether two conditions differ on the same items.
///
/// Only the discordant items count, b that succeed under the first condition alone and c under the second
/// alone. With b + c < 25 the p value is exact, min(1, 2 P(X ≤ min(b, c))) with X binomial (b + c, 1/2);
/// from there on it is that of χ² = (|b - c| - 1)² / (b + c) with one degree of freedom (Edwards'
/// correction). Without discordant items p is 1.
///
/// Sources: McNemar, "Note on the sampling error of the difference between correlated proportions or
/// percentages", Psychometrika 12 (1947); Edwards, Psychometrika 13 (1948).
public struct McNemarTest: Sendable, Equatable {
  /// How a p value is computed.
  public enum Method: String, Sendable, Equatable {
    /// From the binomial distribution.
    case exact
    /// From χ² with a correction for continuity.
    case chiSquared = "chi-squared"
  }

  /// With as many discordant items or more, χ² is used.
  public static let exactLimit = 25

  /// The two-sided p value.
  public let pValue: Double
  /// How it was computed.
  public let method: Method

  /// Tests a table.
  ///
  /// - Parameter counts: The items by their two outcomes.
  public init(_ counts: PairedCounts) {
    let discordant = counts.onlyFirst + counts.onlySecond
    if discordant < Self.exactLimit {
      method = .exact
      pValue = Self.exact(min(counts.onlyFirst, counts.onlySecond), of: discordant)
    } else {
      method = .chiSquared
      let excess = Double(abs(counts.onlyFirst - counts.onlySecond)) - 1
      let statistic = excess * excess / Double(discordant)
      // The survival function of χ² with one degree of freedom.
      pValue = erfc((statistic / 2).squareRoot())
    }
  }

  private static func exact(_ least: Int, of count: Int) -> Double {
    var term = 1.0
    var sum = 0.0
    for index in 0...least {
      if index > 0 { term *= Double(count - index + 1) / Double(index) }
      sum += term
    }
    return min(1, 2 * sum / exp2(Double(count)))
  }
}
