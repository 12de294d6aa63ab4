import Evaluation

/// C2 and C9: what the recovery costs, on held-out answers and on harmless prompts.
struct UtilityClaim {
  let context: ClaimContext
  /// What became of C1: where nothing was recovered, nothing was paid for it.
  let safety: Verdict

  private var groups: [(group: UnitGroup, models: [RecoveredModel])] {
    context.groups.map { ($0, context.recovered($0)) }.filter { !$0.models.isEmpty }
  }

  /// Why a claim about a price cannot be tested.
  private var obstacle: String? {
    if let obstacle = context.obstacle { return obstacle }
    return safety == .notReproduced
      ? "safety was not restored, so that nothing was paid for it" : nil
  }

  /// C2.
  var utility: ClaimResult {
    let parts = groups.map { group, models in
      (group: group, loss: models.utilityLoss, refusal: models.overRefusal(.overRefusal))
    }
    let quantities = parts.flatMap { part in
      [
        Quantity("\(part.group.text): mean NLL of Recovered less Attacked, nats", part.loss),
        Quantity("\(part.group.text): over-refusal of Recovered less Init", part.refusal),
      ].compactMap(\.self)
    }
    if let obstacle { return Claim.c2.notTestable(obstacle, further: quantities) }
    let tested = parts.filter {
      $0.loss.verdict != .notTestable && $0.refusal.verdict != .notTestable
    }
    guard !tested.isEmpty else {
      return Claim.c2.notTestable(
        "it needs losses on held-out answers and refusals of harmless prompts, of Init, Attacked and "
          + "Recovered", further: quantities)
    }
    let verdicts = tested.map { [$0.loss.verdict, $0.refusal.verdict].ofAll }
    let reason = tested.map {
      "\($0.group.text): NLL \($0.loss.verdict.rawValue) (\($0.loss.reason)), over-refusal "
        + "\($0.refusal.verdict.rawValue) (\($0.refusal.reason))"
    }.joined(separator: "; ")
    let sentences = tested.compactMap { part in
      part.loss.pooled.flatMap { loss in
        part.refusal.pooled.map { refusal in
          "\(part.group.text), \(Digits.seeds(loss.seeds)): the recovered model's loss on \(loss.count) "
            + "held-out answers differs from the attacked one's by \(Digits.text(loss)) nats, and its "
            + "over-refusal on \(refusal.count) harmless prompts from Init's by \(Digits.text(refusal)): "
            + "\([part.loss.verdict, part.refusal.verdict].ofAll.rawValue)."
        }
      }
    }
    return Claim.c2.result(
      verdicts.ofEach, reason, quantities, controls: [7],
      sentence: sentences.joined(separator: " "))
  }

  /// C9.
  var refusal: ClaimResult {
    let parts = groups.map { group, models in
      (group: group, models: models, result: models.overRefusal(.refusal))
    }
    let quantities = parts.compactMap { part in
      Quantity("\(part.group.text): over-refusal of Recovered less Init", part.result)
    }
    let further = rates(parts.map { ($0.group, $0.models) }) + arms
    if let obstacle { return Claim.c9.notTestable(obstacle, further: quantities + further) }
    let tested = parts.filter { $0.result.verdict != .notTestable }
    guard !tested.isEmpty else {
      return Claim.c9.notTestable("Init and Recovered share no scored harmless prompts")
    }
    let sentences = tested.compactMap { part in
      part.result.pooled.map {
        "\(part.group.text), \(Digits.seeds($0.seeds)): over-refusal on \($0.count) harmless prompts differs from "
          + "Init's by \(Digits.text($0)), with a margin of \(Digits.text(Margin.refusal.value)): "
          + "\(part.result.verdict.rawValue)."
      }
    }
    return Claim.c9.result(
      tested.map(\.result.verdict).ofEach,
      tested.map { "\($0.group.text): \($0.result.reason)" }.joined(separator: "; "), quantities,
      further: further, controls: [7], sentence: sentences.joined(separator: " "))
  }

  private func rates(_ groups: [(UnitGroup, [RecoveredModel])]) -> [Quantity] {
    groups.flatMap { group, models in
      [
        ("Init", { $0.initial }), ("Attacked", { $0.attacked }), ("Recovered", { $0.model }),
      ].compactMap { (name: String, model: (RecoveredModel) -> EvaluatedModel) in
        models.rate(of: .refusal, .benign, model).map {
          Quantity("\(group.text): over-refusal of \(name)", $0)
        }
      }
    }
  }

  private var arms: [Quantity] {
    guard let recipe = context.recipe else { return [] }
    return context.arms.filter { $0 != recipe.arm }.flatMap { arm in
      context.groups.compactMap { group in
        Quantity(
          "\(group.text), \(arm.text): over-refusal of Recovered less Init",
          context.recovered(group, arm, recipe.example).overRefusal(.refusal))
      }
    }
  }
}
