import ResultFiles
import Statistics

/// C6: the rank of safety gradients against their trivial bound and against controls.
struct RankClaim {
  let context: ClaimContext

  /// What a group says.
  private struct Part {
    let group: UnitGroup
    let share: EquivalenceTest.Result
    /// The test of whether the control is at most the margin higher: what it holds for is no control that the
    /// claim survives.
    let controls: [(kind: String, result: EquivalenceTest.Result)]

    var verdict: Verdict {
      if share.verdict == .notReproduced
        || controls.contains(where: { $0.result.verdict == .reproduced })
      {
        return .notReproduced
      }
      if controls.isEmpty { return .notTestable }
      let isHigher = controls.allSatisfy { $0.result.verdict == .notReproduced }
      return isHigher && share.verdict == .reproduced ? .reproduced : .unstable
    }

    var reason: String {
      var parts = ["rank share: \(share.reason)"]
      for (kind, result) in controls {
        switch result.verdict {
        case .reproduced: parts.append("\(kind) is no higher")
        case .notReproduced: parts.append("\(kind) is higher")
        default: parts.append("\(kind): \(result.reason)")
        }
      }
      if controls.isEmpty { parts.append("no control has a gradient beside it") }
      return parts.joined(separator: ", ")
    }
  }

  var result: ClaimResult {
    if context.evidence.units.isEmpty { return Claim.c6.notTestable("there is no attack") }
    if context.groups.isEmpty { return Claim.c6.notTestable("no attack worked") }
    let parts = context.groups.compactMap(part)
    let tested = parts.filter { $0.verdict != .notTestable }
    let quantities = parts.flatMap(quantities)
    guard !tested.isEmpty else {
      return Claim.c6.notTestable(
        parts.isEmpty
          ? "there are no spectra of two or more safety examples of an attacked model"
          : parts.map { "\($0.group.text): \($0.reason)" }.joined(separator: "; "),
        further: quantities + means)
    }
    let sentences = tested.compactMap { part in
      part.share.pooled.map { share in
        let controls = part.controls.compactMap { control in
          control.result.pooled.map { "\(control.kind) \(Digits.text($0))" }
        }
        return
          "\(part.group.text), \(Digits.seeds(share.seeds)), \(share.count) examples: the rank at 90 % energy "
          + "is \(Digits.text(share)) of its trivial bound; that of controls is higher by "
          + "\(controls.isEmpty ? "an unknown amount" : controls.joined(separator: ", ")): "
          + "\(part.verdict.rawValue)."
      }
    }
    return Claim.c6.result(
      tested.map(\.verdict).ofEach,
      tested.map { "\($0.group.text): \($0.reason)" }.joined(separator: "; "), quantities,
      further: means, controls: [1, 2, 19] + (means.isEmpty ? [] : [3]),
      sentence: sentences.joined(separator: " "))
  }

  /// The spectra of the examples that a unit is recovered from, or of examples that have controls.
  private func spectra(of unit: Unit) -> [SpectraRecord] {
    let paths = Set(unit.recoveries.map(\.examplesPath)).subtracting([""])
    return context.evidence.spectra.filter {
      $0.attack == unit.attack.identity && !SpectraRecord.isBenign($0.name)
        && (paths.contains($0.examplesPath) || !$0.controls.isEmpty)
    }
  }

  /// Rank shares by kind and example; an example that several files have counts once.
  private func shares(of unit: Unit) -> [String: [String: Double]] {
    var shares: [String: [String: Double]] = [:]
    for gradient in spectra(of: unit).flatMap(\.gradients)
    where shares[gradient.kind]?[gradient.example] == nil {
      shares[gradient.kind, default: [:]][gradient.example] = gradient.rankShare
    }
    return shares
  }

  private func part(_ group: UnitGroup) -> Part? {
    let shares = group.units.map { (seed: $0.seed, kinds: self.shares(of: $0)) }
    let examples = Set(shares.flatMap { $0.kinds[GradientOrigin.example]?.keys.map(\.self) ?? [] })
      .sorted()
    guard examples.count > 1 else { return nil }
    func samples(_ value: ([String: [String: Double]], String) -> Double?) -> [PairedSample] {
      shares.compactMap { seed, kinds in
        var terms: [Int: CrossedBootstrap.Term] = [:]
        for (item, example) in examples.enumerated() {
          if let value = value(kinds, example) {
            terms[item] = CrossedBootstrap.Term(numerator: value, weight: 1)
          }
        }
        return PairedSample(seed: seed, terms: terms)
      }
    }
    let kinds = Set(shares.flatMap(\.kinds.keys)).subtracting([GradientOrigin.example]).sorted()
    let own = samples { $0[GradientOrigin.example]?[$1] }
    let controls = kinds.map { kind in
      (
        kind: kind,
        result: EquivalenceTest(.rankShareControl).result(
          samples { kinds, example in
            kinds[GradientOrigin.example]?[example].flatMap { own in
              kinds[kind]?[example].map { $0 - own }
            }
          })
      )
    }.filter { $0.result.verdict != .notTestable }
    return Part(
      group: group, share: EquivalenceTest(.rankShare).result(own), controls: controls)
  }

  private func quantities(_ part: Part) -> [Quantity] {
    [Quantity("\(part.group.text): rank at 90 % energy over its bound", part.share)].compactMap(
      \.self)
      + part.controls.compactMap { control in
        // The verdict of a control's test says the opposite of the claim's, and is not shown.
        control.result.pooled.map {
          Quantity(
            "\(part.group.text): \(control.kind) less example, rank at 90 % energy over its bound",
            $0, points: control.result.seeds.map(\.estimate))
        }
      }
  }

  /// Whether the rank of the mean gradient stops growing.
  private var means: [Quantity] {
    context.groups.flatMap { group in
      group.units.flatMap { unit in
        spectra(of: unit).flatMap { spectra in
          spectra.means.flatMap { mean in
            let whose = "\(group.text), \(spectra.name), mean gradient of \(mean.count) examples"
            return [
              Quantity(
                "\(whose): rank at 90 % energy", mean.rank, count: spectra.moduleCount,
                seeds: [unit.seed]),
              Quantity(
                "\(whose): rank at 90 % energy over its bound", mean.rankShare,
                count: spectra.moduleCount, seeds: [unit.seed]),
            ]
          }
        }
      }
    }
  }
}
