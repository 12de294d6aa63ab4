/// Wilson's score interval of a proportion, at 95 %.
///
/// With p = successes / trials and z = 1.959964,
/// (p + z² / 2n ± z √(p (1 - p) / n + z² / 4n²)) / (1 + z² / n).
/// Unlike the normal approximation it stays inside 0...1 and keeps a width at 0 and at n of n. There is
/// none without trials; one trial gives [0, 0.79] or [0.21, 1].
///
/// Source: Wilson, "Probable inference, the law of succession, and statistical inference",
/// Journal of the American Statistical Association 22 (1927).
public struct WilsonInterval: Sendable, Equatable {
  /// The 0.975 quantile of the standard normal distribution.
  public static let quantile = 1.959963984540054

  /// The lower end.
  public let lower: Double
  /// The upper end.
  public let upper: Double

  /// Computes the interval, or nil when there were no trials or the counts are no counts.
  ///
  /// - Parameters:
  ///   - successes: What is counted, 0 to `trials`.
  ///   - trials: Out of how many.
  public init?(successes: Int, trials: Int) {
    guard trials > 0, (0...trials).contains(successes) else { return nil }
    let n = Double(trials)
    let p = Double(successes) / n
    let z2 = Self.quantile * Self.quantile
    let center = (p + z2 / (2 * n)) / (1 + z2 / n)
    let margin = Self.quantile * (p * (1 - p) / n + z2 / (4 * n * n)).squareRoot() / (1 + z2 / n)
    lower = successes == 0 ? 0 : max(0, center - margin)
    upper = successes == trials ? 1 : min(1, center + margin)
  }
}
