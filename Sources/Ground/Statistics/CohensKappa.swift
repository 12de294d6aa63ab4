/// Cohen's κ: how far two raters agree beyond chance, with its large-sample 95 % interval.
///
/// κ = (pₒ - pₑ) / (1 - pₑ), with pₒ the share of items that both put in the same category and
/// pₑ = Σᵢ pᵢ. p.ᵢ. Its variance (Fleiss, Cohen and Everitt) is
/// (Σᵢ pᵢᵢ (1 - (pᵢ. + p.ᵢ)(1 - κ))² + (1 - κ)² Σ_{i≠j} pᵢⱼ (p.ᵢ + pⱼ.)² - (κ - pₑ (1 - κ))²) / (n (1 - pₑ)²).
///
/// There is no κ without items, nor where both raters put all of them in one and the same category
/// (pₑ = 1): agreement by chance is complete then.
///
/// Sources: Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
/// Measurement 20 (1960); Fleiss, Cohen and Everitt, "Large sample standard errors of kappa and weighted
/// kappa", Psychological Bulletin 72 (1969).
public struct CohensKappa: Sendable, Equatable {
  /// κ, at most 1.
  public let kappa: Double
  /// Its standard error.
  public let standardError: Double
  /// The lower end, not below -1.
  public var lower: Double { max(-1, kappa - WilsonInterval.quantile * standardError) }
  /// The upper end, not above 1.
  public var upper: Double { min(1, kappa + WilsonInterval.quantile * standardError) }

  /// Of two raters who say yes or no.
  ///
  /// - Parameter counts: The items by what the two said.
  public init?(_ counts: PairedCounts) {
    self.init([[counts.both, counts.onlyFirst], [counts.onlySecond, counts.neither]])
  }

  /// Of two raters with any number of categories.
  ///
  /// - Parameter table: Counts, a row a category of the first rater, a column one of the second.
  public init?(_ table: [[Int]]) {
    let size = table.count
    let count = table.joined().reduce(0, +)
    guard count > 0, table.allSatisfy({ $0.count == size && $0.allSatisfy { $0 >= 0 } }) else {
      return nil
    }
    let n = Double(count)
    let p = table.map { $0.map { Double($0) / n } }
    let rows = p.map { $0.reduce(0, +) }
    let columns = p.indices.map { column in p.reduce(0) { $0 + $1[column] } }
    let isOneCategory = table.indices.contains { table[$0][$0] == count }
    if isOneCategory { return nil }
    let observed = p.indices.reduce(0) { $0 + p[$1][$1] }
    let expected = p.indices.reduce(0) { $0 + rows[$1] * columns[$1] }
    let kappa = (observed - expected) / (1 - expected)
    var agreeing = 0.0
    var disagreeing = 0.0
    for i in p.indices {
      for j in p.indices {
        if i == j {
          let weight = 1 - (rows[i] + columns[i]) * (1 - kappa)
          agreeing += p[i][i] * weight * weight
        } else {
          let weight = columns[i] + rows[j]
          disagreeing += p[i][j] * weight * weight
        }
      }
    }
    let shift = kappa - expected * (1 - kappa)
    let variance = agreeing + (1 - kappa) * (1 - kappa) * disagreeing - shift * shift
    self.kappa = kappa
    standardError = (max(0, variance) / n).squareRoot() / (1 - expected)
  }
}
