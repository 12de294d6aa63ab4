/// Numbers as sentences and tables have them.
package enum Digits {
  /// Three decimals, less its trailing zeros; very large ones in full.
  package static func text(_ value: Double) -> String {
    guard value.isFinite, let scaled = Int(exactly: (value.magnitude * 1000).rounded()) else {
      return "\(value)"
    }
    var fraction = String(scaled % 1000)
    fraction = String(repeating: "0", count: 3 - fraction.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let sign = value < 0 && scaled > 0 ? "-" : ""
    return sign + "\(scaled / 1000)" + (fraction.isEmpty ? "" : ".\(fraction)")
  }

  /// A value with its interval.
  package static func text(_ estimate: Estimate) -> String {
    text(estimate.value)
      + (estimate.interval.map { " [\(text($0.lowerBound)), \(text($0.upperBound))]" } ?? "")
  }

  /// `seeds 1, 2 and 3`.
  package static func seeds(_ seeds: [Int]) -> String {
    let texts = seeds.map { "\($0)" }
    guard let last = texts.last, texts.count > 1 else { return "seed \(texts.first ?? "-")" }
    return "seeds \(texts.dropLast().joined(separator: ", ")) and \(last)"
  }
}
