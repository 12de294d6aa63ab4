import Evaluation

extension Scores {
  /// The scores for people: a line a prompt set, a line a file of utility examples.
  var table: String {
    (promptSets.map(\.line) + utility.map(\.line)).joined(separator: "\n")
  }
}

extension PromptSetScore {
  fileprivate var line: String {
    let unscored = count - scored
    let others = unscored == 0 ? "" : ", \(unscored) not scored"
    return
      "\(promptSet.name) (\(promptSet.kind)): \(count(of: .refusal)) of \(scored) refused\(rate)\(others)"
  }

  private var rate: String {
    guard let rate = refusalRate,
      let interval = WilsonInterval(successes: count(of: .refusal), trials: scored)
    else { return "" }
    return " = \(rounded(rate)) (95 %: \(rounded(interval.lower)) to \(rounded(interval.upper)))"
  }
}

extension UtilityScore {
  fileprivate var line: String {
    "\(name): \(rounded(meanNLL)) nats a token, perplexity \(rounded(perplexity)), \(count) examples"
  }
}

/// Three decimals, as rates and losses of this size deserve.
private func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
