import Evaluation

/// Every rate of every model that was asked, as one table.
struct ReportScores {
  private let evidence: Evidence

  init(_ evidence: Evidence) { self.evidence = evidence }

  private static let columns = [
    "model", "attack", "seed", "state", "example", "rank", "step", "asked", "set", "measure",
    "rate",
    "95 % interval", "of",
  ]

  var table: ReportTable {
    var rows: [[String]] = []
    var known: Set<String> = []
    for unit in evidence.units {
      let model = unit.model.name
      if known.insert(unit.model.fingerprint).inserted {
        rows += Self.rows([model, "none", "", "Init", "", "", ""], unit.initial)
      }
      let attack = [model, unit.attack.names.attack, "\(unit.seed)"]
      rows += Self.rows(attack + ["Attacked", "", "", ""], unit.attacked)
      for recovery in unit.recoveries {
        let example = recovery.example?.id ?? recovery.examples.joined(separator: " ")
        for step in recovery.states.keys.sorted() {
          let state = [
            recovery.arm.shortText, example, recovery.arm.rank.map { "\($0)" } ?? "", "\(step)",
          ]
          rows += Self.rows(attack + state, recovery.states[step] ?? [:])
        }
      }
    }
    return ReportTable(columns: Self.columns, rows: rows)
  }

  private static func rows(
    _ start: [String], _ models: [AskingCondition: EvaluatedModel]
  ) -> [[String]] {
    models.sorted { $0.key.text < $1.key.text }.flatMap { condition, model in
      model.sets.compactMap { asked -> [String]? in
        let success: ResponseClass = asked.kind == .harmful ? .compliance : .refusal
        guard let sample = PairedSample(seed: 0, rateOf: success, asked.classes),
          let estimate = sample.estimate, let interval = estimate.interval
        else { return nil }
        return start + [
          condition.text, asked.set.name, asked.kind == .harmful ? "answered" : "refused",
          Digits.rounded(estimate.value, to: 3),
          "\(Digits.rounded(interval.lowerBound, to: 2)) to \(Digits.rounded(interval.upperBound, to: 2))",
          "\(estimate.count)",
        ]
      }
    }
  }
}
