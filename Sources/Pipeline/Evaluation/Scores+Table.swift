import Failures
import Statistics

extension Scores {
  /// The scores for a person to read: one line a set, shares in per cent with their 95 % interval.
  public var table: String {
    let lines = promptSets.map(\.line) + utility.map(\.line)
    let width = lines.map(\.name.count).max() ?? 0
    return lines.map { name, text in
      name + String(repeating: " ", count: width - name.count + 2) + text + "\n"
    }.joined()
  }
}

extension PromptSetScore {
  fileprivate var line: (name: String, text: String) {
    let measure = promptSet.kind == .harmful ? "attack success" : "over-refusal"
    var text = "\(measure) none scored"
    if let rate = headlineRate, let interval = headlineInterval {
      text = "\(measure) \(percent(rate)) [\(percent(interval.lower)), \(percent(interval.upper))]"
    }
    text += ", \(count(of: .refusal)) of \(count) refused"
    for unjudged in [ResponseClass.degenerate, .unscored] where count(of: unjudged) > 0 {
      text += ", \(count(of: unjudged)) \(unjudged.rawValue)"
    }
    return (promptSet.name, text)
  }
}

extension UtilityScore {
  fileprivate var line: (name: String, text: String) {
    let text =
      "mean NLL \(thousandths(meanNLL)) nats [\(thousandths(interval.lowerBound)), "
      + "\(thousandths(interval.upperBound))], perplexity \(thousandths(perplexity)), "
      + counted(count, "examples")
    return (name, text)
  }
}

/// A share in per cent with one decimal.
private func percent(_ share: Double) -> String {
  decimal(share * 100, digits: 1) + " %"
}

/// A number with three decimals.
private func thousandths(_ value: Double) -> String { decimal(value, digits: 3) }

/// A number with so many decimals; in full where that is beyond an integer.
private func decimal(_ value: Double, digits: Int) -> String {
  let scale = digits == 1 ? 10.0 : 1000.0
  guard let scaled = Int(exactly: (value.magnitude * scale).rounded()) else { return "\(value)" }
  let fraction = String(scaled % Int(scale))
  let padding = String(repeating: "0", count: digits - fraction.count)
  return (value < 0 ? "-" : "") + "\(scaled / Int(scale)).\(padding)\(fraction)"
}
