extension DefaultStringInterpolation {
  /// A number with four significant decimals, for progress lines.
  ///
  /// - Parameter number: The number.
  public mutating func appendInterpolation(rounded number: Double) {
    appendInterpolation((number * 10_000).rounded() / 10_000)
  }
}
