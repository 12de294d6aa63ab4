/// The differences that one recovery from one example makes.
struct RecoveryRun {
  let example: ExampleName
  let seed: Int
  /// The attack that it undoes.
  let attack: String
  let arm: Arm
  /// Attack success of Recovered less Init; nil where no prompt was scored in both.
  let attackSuccess: Double?
  /// Over-refusal of Recovered less Init.
  let overRefusal: Double?
  /// Frobenius norm of the update.
  let norm: Double
  /// Of the example at the end.
  let loss: Double
}

extension ClaimContext {
  /// What the recoveries of the attacks that worked ended with, where arms fit.
  ///
  /// - Parameter fits: Which arms.
  /// - Returns: The runs, in the order of groups, seeds and arms.
  func runs(_ fits: (Arm) -> Bool) -> [RecoveryRun] {
    guard let condition = evidence.condition else { return [] }
    return groups.flatMap(\.units).flatMap { unit in
      unit.recoveries.filter { fits($0.arm) }.compactMap { recovery in
        guard let example = recovery.example, let model = recovery.end[condition],
          let initial = unit.initial[condition]
        else { return nil }
        let recovered = RecoveredModel(
          unit: unit, recovery: recovery, initial: initial, attacked: EvaluatedModel(), model: model
        )
        return RecoveryRun(
          example: example, seed: unit.seed, attack: unit.attack.identity, arm: recovery.arm,
          attackSuccess: recovered.attackSuccess()?.value,
          overRefusal: recovered.overRefusal?.value, norm: recovery.norm, loss: recovery.finalLoss)
      }
    }
  }
}

extension [RecoveryRun] {
  /// The mean over runs of each key; keys without a value are left out.
  func means<Key: Hashable>(
    by key: (RecoveryRun) -> Key, _ value: (RecoveryRun) -> Double?
  ) -> [Key: Double] {
    Dictionary(grouping: self, by: key).compactMapValues { runs in
      let values = runs.compactMap(value)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }
}
