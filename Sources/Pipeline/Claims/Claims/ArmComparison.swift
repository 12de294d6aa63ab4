import Evaluation

/// What is compared with the own subspace.
enum ControlArm: String, CaseIterable {
  case random
  case complement
  case benign

  /// Whether an arm is this control.
  func matches(_ arm: Arm) -> Bool {
    switch arm.subspace {
    case .named(let name): name == rawValue
    case .stored(_, let isBenign): self == .benign && isBenign
    }
  }
}

/// When two recoveries went as far.
enum EqualityRule: String, CaseIterable {
  /// The norms of their updates are equal.
  case norm
  /// They were to end at the same loss of the example, and did.
  case loss

  /// Whether an arm takes part.
  func takes(_ arm: Arm) -> Bool {
    self == .norm ? arm.stopLoss == nil : arm.stopLoss != nil && arm.updateNorm == nil
  }

  /// Whether two arms were meant to go as far.
  func pairs(_ own: Arm, _ control: Arm) -> Bool {
    self == .norm
      ? own.updateNorm != nil && own.updateNorm == control.updateNorm
      : own.stopLoss == control.stopLoss
  }

  /// Why two recoveries are not compared; nil where they are.
  func refusal(_ own: RecoveryRecord, _ control: RecoveryRecord) -> String? {
    switch self {
    case .norm:
      let limit = Margin.equalNorm.value * max(abs(own.norm), abs(control.norm))
      return abs(own.norm - control.norm) <= limit
        ? nil
        : "the norms are \(Digits.rounded(own.norm, to: 6)) and "
          + Digits.rounded(control.norm, to: 6)
    case .loss:
      guard let limit = own.arm.stopLoss, own.arm.stopLoss == control.arm.stopLoss else {
        return "they were to end at other losses"
      }
      let isReached = [own.finalLoss, control.finalLoss].allSatisfy { $0 <= limit }
      return isReached
        ? nil
        : "the losses are \(Digits.rounded(own.finalLoss, to: 6)) and "
          + "\(Digits.rounded(control.finalLoss, to: 6)), and both were "
          + "to end at \(Digits.plain(limit))"
    }
  }
}

/// The own subspace beside one control, in one group, as far as both went equally far.
struct ArmComparison {
  let rule: EqualityRule
  let control: ControlArm
  let own: Arm
  let other: Arm
  /// Attack success of the control less own, with the margin of an advantage: *reproduced* means that the
  /// control is as good, *not reproduced* that own is better.
  let result: EquivalenceTest.Result
  /// Seeds that were not compared, and why.
  let refusals: [String]

  /// Compares two arms.
  init(
    _ rule: EqualityRule, _ control: ControlArm, own: Arm, _ other: Arm,
    _ ownModels: [RecoveredModel], _ otherModels: [RecoveredModel]
  ) {
    var samples: [PairedSample] = []
    var refusals: [String] = []
    for model in ownModels {
      guard let beside = otherModels.first(where: { $0.unit.seed == model.unit.seed }) else {
        continue
      }
      let whose = "\(control.rawValue) at equal \(rule.rawValue), \(model.unit.text)"
      if let refusal = rule.refusal(model.recovery, beside.recovery) {
        refusals.append("\(whose): refused, \(refusal)")
      } else if (beside.model.degenerateShare() ?? 0) > Margin.degenerate.value {
        refusals.append("\(whose): refused, the control's answers are degenerate")
      } else if let sample = beside.attackSuccess(less: model.model) {
        samples.append(sample)
      }
    }
    self.rule = rule
    self.control = control
    self.own = own
    self.other = other
    self.refusals = refusals
    result = EquivalenceTest(.advantage).result(samples)
  }
}
