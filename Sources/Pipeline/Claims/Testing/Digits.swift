import Glibc

/// Numbers as sentences, tables and pictures have them.
package enum Digits {
  /// Three decimals, as sentences and tables of the card have them.
  package static func text(_ value: Double) -> String { rounded(value, to: 3) }

  /// A place in a picture: a tenth of a pixel is enough.
  static func place(_ value: Double) -> String { rounded(value, to: 1) }

  /// A number with so many decimals, less its trailing zeros; a dash where it is none.
  package static func rounded(_ value: Double, to decimals: Int) -> String {
    guard value.isFinite else { return "–" }
    let factor = (0..<decimals).reduce(1.0) { factor, _ in factor * 10 }
    let scaled = (value * factor).rounded()
    guard abs(scaled) < 1e15 else { return "\(value)" }
    let whole = scaled / factor
    return whole == whole.rounded() ? "\(Int(whole))" : "\(whole)"
  }

  /// Two digits and an exponent, for what is next to nothing: `1.1e-7`.
  package static func scientific(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return text(value) }
    let exponent = log10(value.magnitude).rounded(.down)
    let digits = (value / pow(10, exponent) * 10).rounded() / 10
    return digits.magnitude < 10
      ? "\(digits)e\(Int(exponent))" : "\(digits / 10)e\(Int(exponent) + 1)"
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
