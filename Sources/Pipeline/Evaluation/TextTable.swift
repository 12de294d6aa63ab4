import Statistics

/// Numbers and lines of tables for people.
enum TextTable {
  /// Lines of a name and a text, the texts below each other.
  static func text(_ lines: [(name: String, text: String)]) -> String {
    let width = lines.map(\.name.count).max() ?? 0
    return lines.map { name, text in
      name + String(repeating: " ", count: width - name.count + 2) + text + "\n"
    }.joined()
  }

  /// A share in per cent with one decimal.
  static func share(_ share: Double) -> String { decimal(share * 100, digits: 1) + " %" }

  /// An interval of shares.
  static func share(_ interval: WilsonInterval) -> String {
    "[\(share(interval.lower)), \(share(interval.upper))]"
  }

  /// An interval of shares.
  static func share(_ interval: ClosedRange<Double>) -> String {
    "[\(share(interval.lowerBound)), \(share(interval.upperBound))]"
  }

  /// A number with three decimals.
  static func number(_ value: Double) -> String { decimal(value, digits: 3) }

  /// An interval of numbers.
  static func number(_ interval: ClosedRange<Double>) -> String {
    "[\(number(interval.lowerBound)), \(number(interval.upperBound))]"
  }

  /// A number with so many decimals; in full where that is beyond an integer.
  private static func decimal(_ value: Double, digits: Int) -> String {
    let scale = digits == 1 ? 10.0 : 1000.0
    guard let scaled = Int(exactly: (value.magnitude * scale).rounded()) else { return "\(value)" }
    let fraction = String(scaled % Int(scale))
    let padding = String(repeating: "0", count: digits - fraction.count)
    return (value < 0 && scaled > 0 ? "-" : "") + "\(scaled / Int(scale)).\(padding)\(fraction)"
  }
}
