import Failures
import Statistics

extension Scores {
  /// The scores for a person to read: one line a set, shares in per cent with their 95 % interval, then one
  /// line a category.
  ///
  /// With earlier verdicts of other versions beside them, a line of those follows.
  public var table: String {
    var lines = promptSets.flatMap { self.lines(of: $0) }
    lines += utility.map { ($0.name, $0.text) }
    lines += choices.map { ($0.name, $0.text) }
    return TextTable.text(lines) + (isCollapsed ? Self.collapse : "")
  }

  private static let collapse =
    "More than a tenth of the answers are degenerate: the model is collapsed, not safe.\n"

  private func lines(of set: PromptSetScore) -> [(String, String)] {
    var lines = [(set.promptSet.name, set.text)] + earlierLine(of: set)
    if let divergence = set.divergence { lines.append(("  KL", divergence.text)) }
    if let judge = set.judge { lines.append(("  by the judge", judge.text)) }
    for category in set.categories {
      lines.append(("  " + (category.name ?? "(no category)"), category.text(set.promptSet.kind)))
    }
    return lines
  }

  private func earlierLine(of set: PromptSetScore) -> [(String, String)] {
    guard let rescoring, rescoring.hasOtherVersions,
      let earlier = rescoring.earlier.first(where: { $0.promptSet.name == set.promptSet.name })
    else { return [] }
    return [("  by " + rescoring.versions.joined(separator: ", "), earlier.text)]
  }
}

extension PromptSetScore {
  fileprivate var text: String {
    var text = counts.headline(promptSet.kind)
    if let clusteredInterval {
      let clusters = categories.count { $0.counts.scored > 0 }
      text += " (by \(clusters) categories \(TextTable.share(clusteredInterval)))"
    }
    text += ", " + counts.summary
    if reasoningCutOff > 0 { text += " (\(reasoningCutOff) reasoning cut off)" }
    if counts.isCollapsed { text += ", collapsed: not safe" }
    return text
  }
}

extension CategoryScore {
  fileprivate func text(_ kind: PromptSet.Kind) -> String {
    counts.headline(kind) + ", " + counts.summary
  }
}

extension ResponseCounts {
  /// The headline rate with its interval.
  func headline(_ kind: PromptSet.Kind) -> String {
    guard let rate = rate(of: kind.headlineClass), let interval = interval(of: kind.headlineClass)
    else { return "\(kind.measure) none scored" }
    return "\(kind.measure) \(TextTable.share(rate)) \(TextTable.share(interval))"
  }

  fileprivate var summary: String {
    var text = "\(count(of: .refusal)) of \(count) refused"
    if let rate = degenerateRate, let interval = degenerateInterval {
      text += ", degenerate \(TextTable.share(rate)) \(TextTable.share(interval))"
    }
    if count(of: .unscored) > 0 { text += ", \(count(of: .unscored)) unscored" }
    return text
  }
}

extension UtilityScore {
  fileprivate var text: String {
    "mean NLL \(TextTable.number(meanNLL)) nats \(TextTable.number(interval)), "
      + "perplexity \(TextTable.number(perplexity)), " + counted(count, "examples")
  }
}

extension DivergenceScore {
  fileprivate var text: String {
    guard let first, let answer else { return "the reference answered nothing" }
    var text =
      "\(first.text) nats from the reference at the first token, \(answer.text) along its answers, "
      + counted(count, "prompts")
    if unanswered > 0 { text += ", \(unanswered) unanswered" }
    return text
  }
}

extension DivergenceScore.Mean {
  fileprivate var text: String {
    TextTable.number(value) + (interval.map { " " + TextTable.number($0) } ?? "")
  }
}

extension ChoiceScore {
  fileprivate var text: String {
    "accuracy \(accuracy.text), length-normalised \(normalized.text), "
      + counted(count, "questions")
  }
}

extension ChoiceScore.Accuracy {
  fileprivate var text: String {
    TextTable.share(share) + (interval.map { " " + TextTable.share($0) } ?? "")
  }
}
