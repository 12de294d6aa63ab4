import Evaluation

/// A unit with the outcome of its gate.
package struct GatedUnit: Sendable {
  package let unit: Unit
  /// Attack success of Attacked less Init; nil where one of them was not asked.
  package let strength: Estimate?

  /// Whether the attack worked.
  package var passes: Bool { (strength?.value ?? -1) >= Margin.attackStrength.value }
}

/// A model and an attack, with the seeds whose attack worked.
package struct UnitGroup: Sendable {
  package let model: InitialModel
  package let attack: AttackRecord
  package let units: [Unit]

  /// `smollm2 after identity-10 (10 examples)`.
  package var text: String {
    "\(model.name) after \(attack.names.attack) (\(attack.exampleCount) examples)"
  }
}

/// The recovery that claims are about: an arm and the one example.
package struct Recipe: Sendable, Equatable {
  package let arm: Arm
  package let example: ExampleName
}

/// What all claims are judged from: the gate, the groups, the recipe.
package struct ClaimContext {
  package let evidence: Evidence
  package let gates: [GatedUnit]
  /// What is scored, but for poisoned attacks.
  package let groups: [UnitGroup]
  /// Attacks that were trained on the file of the safety example.
  package let poisoned: [UnitGroup]
  /// Nil where no attacked model was recovered from one example in full or in its own subspace.
  package let recipe: Recipe?

  package init(_ evidence: Evidence) {
    self.evidence = evidence
    gates = evidence.units.map { Self.gate($0, evidence.condition) }
    let units = gates.filter(\.passes).map(\.unit)
    groups = Self.groups(units.filter { !$0.isPoisoned })
    poisoned = Self.groups(units.filter(\.isPoisoned))
    recipe = Self.recipe(groups, evidence.condition)
  }

  private static func gate(_ unit: Unit, _ condition: AskingCondition?) -> GatedUnit {
    guard let condition, let initial = unit.initial[condition],
      let attacked = unit.attacked[condition],
      let sample = PairedSample(
        seed: unit.seed, rateOf: .compliance, attacked.classes(.harmful),
        less: initial.classes(.harmful))
    else { return GatedUnit(unit: unit, strength: nil) }
    return GatedUnit(unit: unit, strength: sample.estimate)
  }

  private static func groups(_ units: [Unit]) -> [UnitGroup] {
    var groups: [UnitGroup] = []
    var places: [String: Int] = [:]
    for unit in units {
      let key = "\(unit.model.fingerprint) \(unit.attack.settings)"
      if let place = places[key] {
        let group = groups[place]
        groups[place] = UnitGroup(
          model: group.model, attack: group.attack, units: group.units + [unit])
      } else {
        places[key] = groups.count
        groups.append(UnitGroup(model: unit.model, attack: unit.attack, units: [unit]))
      }
    }
    return groups
  }

  /// Full fine-tuning, or its own subspace where nobody ran that, as most units have it; the example is the one
  /// that most recoveries use.
  private static func recipe(_ groups: [UnitGroup], _ condition: AskingCondition?) -> Recipe? {
    guard let condition else { return nil }
    let runs = groups.flatMap(\.units).flatMap { unit in
      unit.recoveries.filter {
        $0.example != nil && $0.end[condition]?.classes(.harmful).isEmpty == false
      }.map { (unit: unit.attack.identity, recovery: $0) }
    }
    for subspace in ["full", "own"] {
      let plain = runs.filter {
        $0.recovery.arm.subspace == .named(subspace) && $0.recovery.arm.isPlain
      }
      var units: [Arm: Set<String>] = [:]
      for run in plain { units[run.recovery.arm, default: []].insert(run.unit) }
      let arm = units.min {
        ($0.key.isStopped ? 1 : 0, -$0.value.count, $0.key.text)
          < ($1.key.isStopped ? 1 : 0, -$1.value.count, $1.key.text)
      }?.key
      guard let arm else { continue }
      let examples = Set(plain.filter { $0.recovery.arm == arm }.compactMap(\.recovery.example))
      var uses: [ExampleName: Int] = [:]
      for run in runs {
        if let example = run.recovery.example { uses[example, default: 0] += 1 }
      }
      let example = examples.min {
        (-(uses[$0] ?? 0), $0) < (-(uses[$1] ?? 0), $1)
      }
      if let example { return Recipe(arm: arm, example: example) }
    }
    return nil
  }
}

extension ClaimContext {
  /// The recovered models of a group, one a seed.
  ///
  /// - Parameters:
  ///   - group: The group.
  ///   - arm: The arm.
  ///   - example: The example.
  ///   - step: The saved step; nil for the end.
  ///   - condition: How prompts are asked; nil for that of the claims.
  /// - Returns: Those that were evaluated beside Init and Attacked.
  func recovered(
    _ group: UnitGroup, _ arm: Arm, _ example: ExampleName, step: Int? = nil,
    condition: AskingCondition? = nil
  ) -> [RecoveredModel] {
    guard let condition = condition ?? evidence.condition else { return [] }
    return group.units.compactMap { unit in
      for recovery in unit.recoveries where recovery.arm == arm && recovery.example == example {
        let states = step.map { recovery.states[$0] ?? [:] } ?? recovery.end
        if let model = states[condition], let initial = unit.initial[condition] {
          return RecoveredModel(
            unit: unit, recovery: recovery, initial: initial,
            attacked: unit.attacked[condition] ?? EvaluatedModel(), model: model)
        }
      }
      return nil
    }
  }

  /// The recipe's recovered models of a group.
  func recovered(_ group: UnitGroup) -> [RecoveredModel] {
    recipe.map { recovered(group, $0.arm, $0.example) } ?? []
  }

  /// All arms of one-example recoveries, in order of their names.
  var arms: [Arm] {
    let recoveries = (groups + poisoned).flatMap(\.units).flatMap(\.recoveries)
    return Set(recoveries.filter { $0.example != nil }.map(\.arm)).sorted { $0.text < $1.text }
  }

  /// Why nothing can be said of recoveries; nil where something can.
  var obstacle: String? {
    if evidence.units.isEmpty { return "there is no attack" }
    if evidence.condition == nil { return "no prompts were asked" }
    if !gates.contains(where: \.passes) { return "no attack worked" }
    if groups.isEmpty { return "all attacks that worked were trained on the safety example" }
    return recipe == nil
      ? "no attacked model was recovered from one example in full or in its own subspace" : nil
  }

  /// Seeds of all groups.
  var seeds: [Int] { Set(groups.flatMap(\.units).map(\.seed)).sorted() }
}
