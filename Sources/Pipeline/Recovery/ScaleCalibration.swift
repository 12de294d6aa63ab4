/// Finds the largest factor of an update at which a model refuses no more than a share of harmless prompts.
///
/// Refusals rise with the scale of an update, so that it is a dial; harmless prompts alone can set it.
/// The factor is found by bisection among the numbers of three digits from 0.25 to 4.
public struct ScaleCalibration: Sendable {
  /// Largest share of the prompts that may be refused.
  public let mostRefused: Double

  /// The share where no other is asked for.
  public static let defaultMostRefused = 0.15
  /// Tokens of an answer at most: a refusal shows in fewer.
  public static let defaultTokens = 32

  /// What a model did at one factor.
  public struct Trial: Sendable, Equatable {
    /// The factor.
    public let factor: Double
    /// Prompts that were refused.
    public let refused: Int
    /// All prompts.
    public let count: Int
  }

  /// What was tried and what was found.
  public struct Outcome: Sendable, Equatable {
    /// The largest factor that kept to the share; the least there is where none did.
    public let factor: Double
    /// Whether it keeps to the share.
    public let isMet: Bool
    /// All factors that were tried, in their order.
    public let trials: [Trial]
  }

  /// Creates a calibration.
  ///
  /// - Parameter mostRefused: Largest share of the prompts that may be refused.
  public init(mostRefused: Double = defaultMostRefused) { self.mostRefused = mostRefused }

  /// The numbers of three digits, ascending: 0.250 to 0.999 and 1.00 to 4.00.
  static let factors =
    (250..<1000).map { Double($0) / 1000 } + (100...400).map { Double($0) / 100 }

  /// Factors that are tried at most: two ends of the half that holds the answer, then its bisection.
  public var mostTrials: Int { 2 + Int.bitWidth - 750.leadingZeroBitCount }

  /// Finds the factor.
  ///
  /// - Parameter refusals: Has the model answer at a factor and counts.
  /// - Returns: The factor and what was tried.
  /// - Throws: What `refusals` throws.
  public func run(
    refusals: (Double) throws -> (refused: Int, count: Int)
  ) rethrows -> Outcome {
    var trials: [Trial] = []
    func keeps(_ index: Int) throws -> Bool {
      let factor = Self.factors[index]
      let (refused, count) = try refusals(factor)
      trials.append(Trial(factor: factor, refused: refused, count: count))
      return Double(refused) <= mostRefused * Double(count)
    }
    let last = Self.factors.count - 1
    // Most patches need little: the first look is at the patch as it is.
    var (low, high) = (0, last)
    let one = 750
    if try keeps(one) {
      low = one
      if try keeps(last) { return Outcome(factor: Self.factors[last], isMet: true, trials: trials) }
    } else {
      high = one
      guard try keeps(0) else {
        return Outcome(factor: Self.factors[0], isMet: false, trials: trials)
      }
    }
    while high - low > 1 {
      let middle = (low + high) / 2
      if try keeps(middle) { low = middle } else { high = middle }
    }
    return Outcome(factor: Self.factors[low], isMet: true, trials: trials)
  }
}
