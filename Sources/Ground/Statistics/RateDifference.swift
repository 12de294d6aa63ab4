/// The difference of two rates, first less second, with Newcombe's 95 % interval.
///
/// Both intervals are built from the Wilson intervals [lᵢ, uᵢ] of the two rates pᵢ. Each stays inside -1...1
/// and keeps a width where rates are 0 or 1.
public struct RateDifference: Sendable, Equatable {
  /// p₁ - p₂.
  public let difference: Double
  /// The lower end.
  public let lower: Double
  /// The upper end.
  public let upper: Double

  /// Of rates in two independent samples: Newcombe's hybrid score interval, his method 10.
  ///
  /// d - √((p₁ - l₁)² + (u₂ - p₂)²) to d + √((u₁ - p₁)² + (p₂ - l₂)²), d = p₁ - p₂; nil where one of the
  /// samples is empty.
  ///
  /// Source: Newcombe, "Interval estimation for the difference between independent proportions",
  /// Statistics in Medicine 17 (1998), 873.
  ///
  /// - Parameters:
  ///   - first: Successes and trials of the first sample.
  ///   - second: Of the second.
  public init?(
    independent first: (successes: Int, trials: Int), _ second: (successes: Int, trials: Int)
  ) {
    self.init(first, second, correlation: 0)
  }

  /// Of rates in the same items under two conditions: Newcombe's paired score interval, his method 10.
  ///
  /// With counts e (both), f (first only), g (second only), h (neither) of n items, the radicands of the
  /// independent interval become δ₁² - 2φδ₁δ₂ + δ₂², where φ = c / √((e+f)(g+h)(e+g)(f+h)) and
  /// c = eh - fg, less n / 2 but not below 0 where that is positive; φ is 0 where the root is. Nil without
  /// items.
  ///
  /// Source: Newcombe, "Improved confidence intervals for the difference between binomial proportions
  /// based on paired data", Statistics in Medicine 17 (1998), 2635.
  ///
  /// - Parameter counts: The items by their two outcomes.
  public init?(paired counts: PairedCounts) {
    let (e, f) = (Double(counts.both), Double(counts.onlyFirst))
    let (g, h) = (Double(counts.onlySecond), Double(counts.neither))
    let root = ((e + f) * (g + h) * (e + g) * (f + h)).squareRoot()
    let product = e * h - f * g
    let corrected = product > 0 ? max(0, product - Double(counts.count) / 2) : product
    self.init(
      (counts.first, counts.count), (counts.second, counts.count),
      correlation: root > 0 ? corrected / root : 0)
  }

  private init?(
    _ first: (successes: Int, trials: Int), _ second: (successes: Int, trials: Int),
    correlation: Double
  ) {
    guard let one = WilsonInterval(successes: first.successes, trials: first.trials),
      let two = WilsonInterval(successes: second.successes, trials: second.trials)
    else { return nil }
    let p1 = Double(first.successes) / Double(first.trials)
    let p2 = Double(second.successes) / Double(second.trials)
    func margin(_ a: Double, _ b: Double) -> Double {
      max(0, a * a - 2 * correlation * a * b + b * b).squareRoot()
    }
    difference = p1 - p2
    lower = difference - margin(p1 - one.lower, two.upper - p2)
    upper = difference + margin(one.upper - p1, p2 - two.lower)
  }
}
