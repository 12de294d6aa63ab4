/// Items by what two conditions made of them: the table behind paired comparisons.
public struct PairedCounts: Sendable, Equatable {
  /// Success in both.
  public var both = 0
  /// Success in the first alone.
  public var onlyFirst = 0
  /// Success in the second alone.
  public var onlySecond = 0
  /// Success in neither.
  public var neither = 0

  /// Creates an empty table.
  public init() {}

  /// Counts items.
  ///
  /// - Parameter outcomes: Success under the first and under the second condition, an item each.
  public init(_ outcomes: [(first: Bool, second: Bool)]) {
    for (first, second) in outcomes {
      switch (first, second) {
      case (true, true): both += 1
      case (true, false): onlyFirst += 1
      case (false, true): onlySecond += 1
      case (false, false): neither += 1
      }
    }
  }

  /// All items.
  public var count: Int { both + onlyFirst + onlySecond + neither }

  /// Successes under the first condition.
  public var first: Int { both + onlyFirst }

  /// Successes under the second condition.
  public var second: Int { both + onlySecond }
}
