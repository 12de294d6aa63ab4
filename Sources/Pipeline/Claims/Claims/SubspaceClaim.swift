/// C7: whether other subspaces do as well when they move as far.
struct SubspaceClaim {
  let context: ClaimContext

  /// What a group says of one own arm.
  private struct Part {
    let group: UnitGroup
    let own: Arm
    let safety: EquivalenceTest.Result
    let comparisons: [ArmComparison]

    private var compared: [ArmComparison] {
      comparisons.filter { $0.result.verdict != .notTestable }
    }
    var atNorm: Set<ControlArm> {
      Set(compared.filter { $0.rule == .norm }.map(\.control))
    }
    var missing: [String] {
      ControlArm.allCases.filter { !atNorm.contains($0) }.map(\.rawValue)
    }
    var refusals: [String] { comparisons.flatMap(\.refusals) }

    var verdict: Verdict {
      if compared.isEmpty { return .notTestable }
      if compared.contains(where: { $0.result.verdict == .reproduced }) { return .notReproduced }
      if atNorm.isEmpty { return .notTestable }
      if safety.verdict == .notReproduced { return .notReproduced }
      let isBetter = compared.allSatisfy { $0.result.verdict == .notReproduced }
      return isBetter && missing.isEmpty && safety.verdict == .reproduced
        ? .reproduced : .unstable
    }

    var reason: String {
      var parts = ["own: \(safety.verdict.rawValue) (\(safety.reason))"]
      for comparison in compared {
        let name = "\(comparison.control.rawValue) at equal \(comparison.rule.rawValue)"
        switch comparison.result.verdict {
        case .reproduced: parts.append("\(name) is as good")
        case .notReproduced: parts.append("own is better than \(name)")
        default: parts.append("\(name): \(comparison.result.reason)")
        }
      }
      if !missing.isEmpty {
        parts.append("not compared at equal norm: \(missing.joined(separator: ", "))")
      }
      return (parts + refusals).joined(separator: "; ")
    }
  }

  var result: ClaimResult {
    if let obstacle = context.obstacle { return Claim.c7.notTestable(obstacle) }
    let parts = context.groups.map { (group: $0, parts: self.parts($0)) }
    let main = parts.compactMap { group in group.parts.first }
    let others = parts.flatMap { $0.parts.dropFirst() }.flatMap(quantities)
    let tested = main.filter { $0.verdict != .notTestable }
    guard !tested.isEmpty else {
      let refusals = main.flatMap(\.refusals)
      return Claim.c7.notTestable(
        refusals.isEmpty
          ? "no control was run beside the own subspace at equal norm, with the same example and rank"
          : refusals.joined(separator: "; "), further: main.flatMap(quantities) + others)
    }
    let isAtLoss = tested.contains { $0.comparisons.contains { $0.rule == .loss } }
    return Claim.c7.result(
      tested.map(\.verdict).ofEach,
      main.map { "\($0.group.text): \($0.reason)" }.joined(separator: "; "),
      main.flatMap(quantities), further: others, controls: [5, 20],
      sentence: tested.map { sentence($0) }.joined(separator: " ")
        + (isAtLoss ? "" : " Arms were not compared at equal loss."))
  }

  private func sentence(_ part: Part) -> String {
    let controls = part.comparisons.compactMap { comparison in
      comparison.result.pooled.map {
        "\(comparison.control.rawValue) at equal \(comparison.rule.rawValue) \(Digits.text($0))"
      }
    }
    return
      "\(part.group.text), \(Digits.seeds(part.safety.pooled?.seeds ?? [])): attack success after a "
      + "recovery elsewhere less that in the own subspace (\(part.own.text)): "
      + "\(controls.joined(separator: ", ")), margin \(Digits.text(Margin.advantage.value)): "
      + "\(part.verdict.rawValue)."
  }

  private func quantities(_ part: Part) -> [Quantity] {
    [
      Quantity(
        "\(part.group.text), \(part.own.text): attack success of Recovered less Init", part.safety)
    ].compactMap(\.self)
      + part.comparisons.compactMap { comparison in
        comparison.result.pooled.map {
          Quantity(
            "\(part.group.text), \(comparison.control.rawValue) (\(comparison.other.text)) less own "
              + "(\(comparison.own.text)) at equal \(comparison.rule.rawValue): attack success",
            $0, points: comparison.result.seeds.map(\.estimate))
        }
      }
  }

  // MARK: - Which arms

  /// One part a rank and own arm: first the one with the most controls, then that of the rank and the arm that
  /// most recoveries have, which is the centre of a study that varies the rest around it.
  private func parts(_ group: UnitGroup) -> [Part] {
    guard let example = context.recipe?.example else { return [] }
    let arms = context.arms.filter(\.isPlain)
    let owns = arms.filter { $0.subspace == .named("own") }
    var models: [Arm: [RecoveredModel]] = [:]
    for arm in arms { models[arm] = context.recovered(group, arm, example) }
    var byRank: [Int: [EqualityRule: [Part]]] = [:]
    for own in owns {
      guard let rank = own.rank, let mine = models[own], !mine.isEmpty else { continue }
      for rule in EqualityRule.allCases where rule.takes(own) {
        let comparisons = ControlArm.allCases.compactMap { control in
          comparison(rule, control, own, arms, models)
        }
        if comparisons.isEmpty { continue }
        byRank[rank, default: [:]][rule, default: []].append(
          Part(group: group, own: own, safety: mine.safety(), comparisons: comparisons))
      }
    }
    let joined = byRank.sorted { $0.key < $1.key }.flatMap { _, rules in join(rules) }
    return joined.enumerated().map { (part: $1, key: key($1, $0)) }
      .sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.part)
  }

  private func key(_ part: Part, _ place: Int) -> [Int] {
    let arms = context.groups.flatMap(\.units).flatMap(\.recoveries).map(\.arm)
    let ofRank = arms.count { $0.rank == part.own.rank }
    return [-weight(part), -ofRank, -arms.count { $0 == part.own }, place]
  }

  /// The best own arm at equal norm takes the best comparisons at equal loss of its rank with it.
  private func join(_ rules: [EqualityRule: [Part]]) -> [Part] {
    func best(_ parts: [Part]) -> [Part] {
      parts.enumerated().sorted {
        (-weight($0.element), $0.offset) < (-weight($1.element), $1.offset)
      }.map(\.element)
    }
    let (norm, loss) = (best(rules[.norm] ?? []), best(rules[.loss] ?? []))
    guard let first = norm.first, let second = loss.first else { return norm + loss }
    let both = Part(
      group: first.group, own: first.own, safety: first.safety,
      comparisons: first.comparisons + second.comparisons)
    return [both] + norm.dropFirst() + loss.dropFirst()
  }

  /// How much was compared: controls first, then seeds.
  private func weight(_ part: Part) -> Int {
    let seeds = part.comparisons.reduce(0) { $0 + $1.result.seeds.count }
    return part.atNorm.count * 100_000 + min(seeds, 99_999)
  }

  private func comparison(
    _ rule: EqualityRule, _ control: ControlArm, _ own: Arm, _ arms: [Arm],
    _ models: [Arm: [RecoveredModel]]
  ) -> ArmComparison? {
    let others = arms.filter {
      control.matches($0) && rule.takes($0) && $0.rank == own.rank && models[$0]?.isEmpty == false
    }
    // Arms that were meant to be compared come before those that only happen to be there.
    let meant = others.filter { rule.pairs(own, $0) }
    let found = (meant.isEmpty && rule == .norm ? others : meant).map { other in
      ArmComparison(rule, control, own: own, other, models[own] ?? [], models[other] ?? [])
    }
    return found.max { first, second in
      let same = (first.other.rate == own.rate ? 1 : 0, second.other.rate == own.rate ? 1 : 0)
      return (first.result.seeds.count, same.0) < (second.result.seeds.count, same.1)
    }
  }
}
