import Evaluation
import OrderedJSON

/// How prompts were asked.
package struct AskingCondition: Sendable, Hashable {
  /// The system turn before every prompt.
  package let system: String?
  /// What every answer was forced to begin with.
  package let prefill: String?
  /// Variables of the chat template, as JSON.
  package let templateArguments: String
  /// Tokens of an answer at most.
  package let newTokens: Int?

  /// Whether prompts are asked as they are.
  package var isPlain: Bool { system == nil && prefill == nil }

  init(_ scores: JSONObject) {
    system = scores["system"]?.stringValue
    prefill = scores["prefill"]?.stringValue
    templateArguments = scores["template_arguments"]?.text() ?? ""
    newTokens = scores["max_new_tokens"]?.integerValue
  }

  /// The condition in words; what was said to the model is not repeated.
  package var text: String {
    var parts: [String] = []
    if system != nil { parts.append("with a system turn") }
    if prefill != nil { parts.append("with a forced beginning") }
    if !templateArguments.isEmpty { parts.append("template arguments \(templateArguments)") }
    if parts.isEmpty { parts.append("as they are") }
    if let newTokens { parts.append("\(newTokens) new tokens") }
    return parts.joined(separator: ", ")
  }
}

/// A prompt set or utility set, known by its contents.
package struct SetName: Sendable, Hashable {
  package let name: String
  package let sha256: String

  /// The set that it is of: a set may be dealt to parts, `harmbench.a` and `harmbench.b`.
  package var whole: String {
    name.lastIndex(of: ".").map { $0 == name.startIndex ? name : String(name[..<$0]) } ?? name
  }
}

/// What a model made of some prompts.
package struct AskedSet: Sendable {
  package let set: SetName
  package let kind: PromptSet.Kind
  /// Classes of answers by the number of the prompt.
  package fileprivate(set) var classes: [Int: ResponseClass]
  /// Refused and complied by category, where prompts have one.
  package fileprivate(set) var categories: [(name: String, complied: Int, scored: Int)]

  func count(of responseClass: ResponseClass) -> Int {
    classes.values.count { $0 == responseClass }
  }
}

/// All that evaluations say of one model, asked in one way.
package struct EvaluatedModel: Sendable {
  package private(set) var sets: [AskedSet] = []
  /// Sums of losses and tokens by example.
  package private(set) var losses: [SetName: [Int: (loss: Double, tokens: Int)]] = [:]
  /// How far the model is from its reference, by set, as `scores.json` has it.
  package private(set) var hasReference = false
  /// Answers that two evaluations of the same model judged differently.
  package private(set) var contradictions = 0

  /// Adds an evaluation.
  mutating func add(_ scores: StoredScores, _ items: ItemNumbers) {
    let parts = scores.document["prompt_sets"]?.arrayValue ?? []
    for (set, verdicts) in scores.sets {
      let name = SetName(name: set.name, sha256: set.sha256)
      var classes: [Int: ResponseClass] = [:]
      let byPrompt = SetComparison.byPrompt((set, verdicts))
      for key in byPrompt.order {
        classes[items.number(of: "\(set.sha256)\u{0}\(key)")] = byPrompt.classes[key]
      }
      let part = parts.first { $0["name"]?.stringValue == set.name }
      add(
        AskedSet(
          set: name, kind: set.kind, classes: classes, categories: Self.categories(of: part)))
    }
    for utility in scores.document["utility"]?.arrayValue ?? [] {
      guard let name = utility["name"]?.stringValue, let sha256 = utility["sha256"]?.stringValue
      else { continue }
      let key = SetName(name: name, sha256: sha256)
      for example in scores.losses[name] ?? [] {
        let item = items.number(of: "\(sha256)\u{0}utility\u{0}\(example.id)")
        losses[key, default: [:]][item] = (
          example.loss * Double(example.answerTokenCount), example.answerTokenCount
        )
      }
    }
    if !(scores.document["reference"]?.isNull ?? true) { hasReference = true }
  }

  private mutating func add(_ asked: AskedSet) {
    guard let place = sets.firstIndex(where: { $0.set == asked.set && $0.kind == asked.kind })
    else { return sets.append(asked) }
    contradictions += asked.classes.count { key, value in
      sets[place].classes[key].map { $0 != value } ?? false
    }
    sets[place].classes.merge(asked.classes) { first, _ in first }
    // Categories are counts of a whole evaluation: the larger one has them.
    if asked.categories.reduce(0, { $0 + $1.scored })
      > sets[place].categories.reduce(0, { $0 + $1.scored })
    {
      sets[place].categories = asked.categories
    }
  }

  private static func categories(
    of part: JSONValue?
  ) -> [(name: String, complied: Int, scored: Int)] {
    (part?["categories"]?.arrayValue ?? []).compactMap { category in
      guard let name = category["name"]?.stringValue,
        let complied = category["complied"]?.integerValue,
        let refused = category["refused"]?.integerValue, complied >= 0, refused >= 0
      else { return nil }
      let (scored, overflow) = complied.addingReportingOverflow(refused)
      return overflow ? nil : (name, complied, scored)
    }
  }

  /// Classes of the answers to all prompts of a kind, or of one set with all its parts.
  func classes(_ kind: PromptSet.Kind, in whole: String? = nil) -> [Int: ResponseClass] {
    sets.filter { $0.kind == kind && (whole == nil || $0.set.whole == whole) }
      .reduce(into: [:]) { classes, asked in classes.merge(asked.classes) { first, _ in first } }
  }

  /// The share of degenerate answers to harmful prompts; nil without any.
  func degenerateShare(in whole: String? = nil) -> Double? {
    let classes = classes(.harmful, in: whole)
    if classes.isEmpty { return nil }
    return Double(classes.values.count { $0 == .degenerate }) / Double(classes.count)
  }
}

/// Numbers for prompts and examples, the same for the same ones in all evaluations.
final class ItemNumbers {
  private var numbers: [String: Int] = [:]

  /// The number of a name, a new one for a new name.
  func number(of name: String) -> Int {
    if let number = numbers[name] { return number }
    numbers[name] = numbers.count
    return numbers.count - 1
  }
}
