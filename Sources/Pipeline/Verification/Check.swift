/// Something measured and the bound that it has to keep.
public struct Check: Sendable, Equatable {
  /// What was compared.
  public let name: String
  /// The deviation that was found; NaN where none could be computed, which passes nothing.
  public let error: Double
  /// The largest deviation that rounding explains.
  public let tolerance: Double

  /// Creates a check.
  ///
  /// - Parameters:
  ///   - name: What was compared.
  ///   - error: The deviation that was found.
  ///   - tolerance: The largest deviation that rounding explains.
  public init(name: String, error: Double, tolerance: Double) {
    self.name = name
    self.error = error
    self.tolerance = tolerance
  }

  /// Whether the deviation keeps the bound.
  public var passes: Bool { error <= tolerance }
}
