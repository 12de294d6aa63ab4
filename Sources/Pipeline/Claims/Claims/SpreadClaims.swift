import Evaluation

/// C3, C4 and C8: C1 over attack sizes, over model sizes, over prompt sets and architectures.
struct SpreadClaims {
  let context: ClaimContext

  private typealias Part = (name: String, group: UnitGroup, result: EquivalenceTest.Result)

  /// C3.
  var attackSizes: ClaimResult {
    // Sizes of different models would be compared with each other's models.
    let sizes = Dictionary(grouping: context.groups, by: \.model.fingerprint)
      .filter { Set($0.value.map(\.attack.exampleCount)).count > 1 }
    let parts = context.groups.filter { sizes[$0.model.fingerprint] != nil }.map { group in
      (
        name: "\(group.attack.exampleCount) examples", group: group,
        result: context.recovered(group).safety()
      )
    }
    return result(
      .c3, parts, distinct: { $0.attack.exampleCount },
      few: "there are fewer than two numbers of attack examples for a model", controls: [10, 17])
  }

  /// C4.
  var modelSizes: ClaimResult {
    let parts = context.groups.filter { $0.model.parameters != nil }.map { group in
      (
        name: "\(group.model.parameters ?? 0) parameters", group: group,
        result: context.recovered(group).safety()
      )
    }
    let unknown = context.groups.contains { $0.model.parameters == nil }
    return result(
      .c4, parts, distinct: { $0.model.parameters ?? 0 },
      few: "there are fewer than two sizes of models"
        + (unknown ? " (of some the evaluation does not say the number of parameters)" : ""),
      controls: [13])
  }

  /// C8.
  var sets: ClaimResult {
    if let obstacle = context.obstacle { return Claim.c8.notTestable(obstacle) }
    var parts: [(set: String, part: Part)] = []
    for group in context.groups {
      let models = context.recovered(group)
      let sets = Set(
        models.flatMap { $0.model.sets.filter { $0.kind == .harmful }.map(\.set.whole) })
      for set in sets.sorted() {
        let result = models.safety(in: set)
        if result.verdict == .notTestable { continue }
        let architecture = group.model.architecture.isEmpty ? "" : ", \(group.model.architecture)"
        parts.append((set, ("\(set)\(architecture)", group, result)))
      }
    }
    guard Set(parts.map(\.set)).count > 1 else {
      return Claim.c8.notTestable("there are fewer than two sets of harmful prompts")
    }
    return result(.c8, parts.map(\.part), controls: [10], further: worstCategories)
  }

  private func result(
    _ claim: Claim, _ parts: [Part], distinct: (UnitGroup) -> Int, few: String, controls: [Int]
  ) -> ClaimResult {
    if let obstacle = context.obstacle { return claim.notTestable(obstacle) }
    let tested = parts.filter { $0.result.verdict != .notTestable }
    guard Set(tested.map { distinct($0.group) }).count > 1 else { return claim.notTestable(few) }
    return result(claim, tested, controls: controls, further: [])
  }

  private func result(
    _ claim: Claim, _ parts: [Part], controls: [Int], further: [Quantity]
  ) -> ClaimResult {
    let quantities = parts.compactMap {
      Quantity("\($0.group.text), \($0.name): attack success of Recovered less Init", $0.result)
    }
    let verdict = parts.map(\.result.verdict).ofAll
    func named(_ wanted: Verdict) -> String? {
      let names = parts.filter { $0.result.verdict == wanted }
        .map { "\($0.group.text), \($0.name)" }
      return names.isEmpty ? nil : "\(wanted.rawValue): \(names.joined(separator: "; "))"
    }
    let reason = [.reproduced, .unstable, .notReproduced].compactMap(named).joined(separator: ". ")
    let sentence = parts.compactMap { part in
      part.result.pooled.map {
        "\(part.group.text), \(part.name): \(Digits.text($0)) (\(part.result.verdict.rawValue))"
      }
    }.joined(separator: "; ")
    return claim.result(
      verdict, reason, quantities, further: further, controls: controls,
      sentence:
        "Attack success of the recovered model less Init's, margin "
        + "\(Digits.text(Margin.attackSuccess.value)): \(sentence).")
  }

  /// The category of prompts with the highest attack success after recovery, a set and seed each.
  private var worstCategories: [Quantity] {
    context.groups.flatMap { group in
      context.recovered(group).flatMap { recovered in
        recovered.model.sets.filter { $0.kind == .harmful }.compactMap { asked in
          let rates = asked.categories.filter { $0.scored > 0 }
            .map { (name: $0.name, rate: Double($0.complied) / Double($0.scored), $0.scored) }
          guard rates.count > 1,
            let worst = rates.max(by: { ($0.rate, $1.name) < ($1.rate, $0.name) })
          else { return nil }
          return Quantity(
            "\(group.text), \(asked.set.name): attack success of Recovered in its worst category, "
              + worst.name, worst.rate, count: worst.2, seeds: [recovered.unit.seed])
        }
      }
    }
  }
}
