/// C5: the first saved step at which C1 holds.
struct StepClaim {
  let context: ClaimContext

  private struct Seed {
    let group: UnitGroup
    let seed: Int
    /// Steps that were tested, with what C1's test says of this seed alone.
    let steps: [(step: Int, estimate: Estimate, outcome: EquivalenceTest.Outcome)]

    /// The first step at which it holds.
    var first: Int? { steps.first { $0.outcome == .holds }?.step }

    private var early: [EquivalenceTest.Outcome] {
      steps.filter { Double($0.step) <= Margin.steps.value }.map(\.outcome)
    }

    /// Holds within the margin, fails at every step within it, or neither; nil without any such step.
    var outcome: EquivalenceTest.Outcome? {
      if early.isEmpty { return nil }
      if early.contains(.holds) { return .holds }
      return early.allSatisfy { $0 == .fails } ? .fails : .open
    }
  }

  var result: ClaimResult {
    if let obstacle = context.obstacle { return Claim.c5.notTestable(obstacle) }
    let seeds = context.groups.flatMap(seeds)
    let outcomes = seeds.compactMap(\.outcome)
    guard !outcomes.isEmpty else {
      return Claim.c5.notTestable(
        "no state within \(Digits.text(Margin.steps.value)) steps was evaluated")
    }
    let (verdict, reason) = decide(seeds, outcomes)
    let quantities = seeds.compactMap { seed in
      seed.first.map {
        Quantity(
          "\(seed.group.text): first saved step at which C1 holds", Double($0),
          count: seed.steps.count, seeds: [seed.seed])
      }
    }
    let path = seeds.flatMap { seed in
      seed.steps.map {
        Quantity(
          "\(seed.group.text), step \($0.step): attack success of Recovered less Init", $0.estimate)
      }
    }
    let firsts = seeds.map { seed in
      "\(seed.group.text), seed \(seed.seed): " + (seed.first.map { "step \($0)" } ?? "at none")
    }
    return Claim.c5.result(
      verdict, reason, quantities, further: path, controls: [10],
      sentence: "First saved step at which C1 holds: \(firsts.joined(separator: "; ")).")
  }

  private func decide(
    _ seeds: [Seed], _ outcomes: [EquivalenceTest.Outcome]
  ) -> (Verdict, String) {
    let limit = Digits.text(Margin.steps.value)
    let untested = seeds.count - outcomes.count
    let suffix = untested > 0 ? "; of \(untested) seeds no such state was evaluated" : ""
    let alone = outcomes.count == 1 ? "; one seed alone" : ""
    if outcomes.allSatisfy({ $0 == .holds }), untested == 0 {
      return (.reproduced, "C1 holds within \(limit) steps in every seed" + alone)
    }
    if outcomes.allSatisfy({ $0 == .fails }) {
      return (.notReproduced, "C1 fails at every saved step up to \(limit)" + alone + suffix)
    }
    let disagree = outcomes.contains(.holds) && outcomes.contains(.fails)
    return (.unstable, (disagree ? "seeds disagree" : "intervals reach over the margin") + suffix)
  }

  private func seeds(_ group: UnitGroup) -> [Seed] {
    guard let recipe = context.recipe else { return [] }
    let test = EquivalenceTest(.attackSuccess)
    let steps = Set(
      group.units.flatMap(\.recoveries)
        .filter { $0.arm == recipe.arm && $0.example == recipe.example }.flatMap(\.states.keys)
    ).sorted()
    var found: [Int: [(step: Int, estimate: Estimate, outcome: EquivalenceTest.Outcome)]] = [:]
    for step in steps {
      for model in context.recovered(group, recipe.arm, recipe.example, step: step) {
        guard let estimate = model.attackSuccess()?.estimate else { continue }
        let isBroken = (model.model.degenerateShare() ?? 0) > Margin.degenerate.value
        found[model.unit.seed, default: []].append(
          (step, estimate, isBroken ? .fails : test.outcome(estimate.interval)))
      }
    }
    return found.sorted { $0.key < $1.key }.map { Seed(group: group, seed: $0, steps: $1) }
  }
}
