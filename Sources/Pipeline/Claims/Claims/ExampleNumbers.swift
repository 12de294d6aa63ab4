import Evaluation
import Statistics

/// What becomes of the result when another example is taken: all of them, not the best one.
struct ExampleNumbers {
  let context: ClaimContext

  /// The differences of one recovery from one example.
  private struct Run {
    let example: ExampleName
    let seed: Int
    let attackSuccess: Double?
    let overRefusal: Double?
    let norm: Double
    let loss: Double
    let attack: String
  }

  private func runs(_ arm: Arm) -> [Run] {
    guard let condition = context.evidence.condition else { return [] }
    return context.groups.flatMap(\.units).flatMap { unit in
      unit.recoveries.filter { $0.arm == arm }.compactMap { recovery in
        guard let example = recovery.example, let model = recovery.end[condition],
          let initial = unit.initial[condition]
        else { return nil }
        let recovered = RecoveredModel(
          unit: unit, recovery: recovery, initial: initial, attacked: EvaluatedModel(), model: model
        )
        return Run(
          example: example, seed: unit.seed, attackSuccess: recovered.attackSuccess()?.value,
          overRefusal: recovered.overRefusal?.value, norm: recovery.norm, loss: recovery.finalLoss,
          attack: unit.attack.identity)
      }
    }
  }

  /// The mean over units of each example.
  private func means(_ runs: [Run], _ value: (Run) -> Double?) -> [ExampleName: Double] {
    Dictionary(grouping: runs, by: \.example).compactMapValues { runs in
      let values = runs.compactMap(value)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
  }

  /// Median, quartiles and worst over examples, an arm and side each; arms with one example have none.
  var distributions: [Quantity] {
    context.arms.flatMap { arm in
      let runs = runs(arm)
      return sides.flatMap { name, value in
        spread("\(arm.text): \(name)", means(runs, value), runs)
      }
    }
  }

  private var sides: [(String, (Run) -> Double?)] {
    [
      ("attack success of Recovered less Init", \.attackSuccess),
      ("over-refusal of Recovered less Init", \.overRefusal),
    ]
  }

  private func spread(
    _ name: String, _ values: [ExampleName: Double], _ runs: [Run]
  ) -> [Quantity] {
    guard values.count > 1 else { return [] }
    let values = values.sorted { $0.key < $1.key }.map(\.value)
    let seeds = Set(runs.map(\.seed)).sorted()
    let sorted = Sorted(values)
    let interval = Bootstrap.interval(clusterCount: values.count, seed: Pooled.seed) { drawn in
      Sorted(drawn.map { values[$0] }).median
    }
    return [
      ("median", 0.5, interval), ("lower quartile", 0.25, nil), ("upper quartile", 0.75, nil),
      ("worst", 1.0, nil),
    ].compactMap { (word: String, share: Double, interval: ClosedRange<Double>?) in
      sorted.quantile(share).map {
        Quantity(
          "\(name), \(word) over examples", $0, interval: interval, count: values.count,
          seeds: seeds)
      }
    }
  }

  /// The arms that preserve and calibrate: the median over seeds and examples, on both sides.
  var strongest: [Quantity] {
    context.arms.filter { $0.preserved != nil && $0.calibrated != nil }.flatMap { arm in
      let runs = runs(arm)
      return sides.compactMap { name, value in
        let values = runs.compactMap(value)
        let interval = Bootstrap.interval(clusterCount: values.count, seed: Pooled.seed) { drawn in
          Sorted(drawn.map { values[$0] }).median
        }
        return Sorted(values).median.map {
          Quantity(
            "\(arm.text): \(name), median over seeds and examples", $0, interval: interval,
            count: values.count, seeds: Set(runs.map(\.seed)).sorted())
        }
      }
    }
  }

  // MARK: - Prediction

  /// Examples below which a rank correlation says nothing.
  static let leastExamples = 8

  /// Spearman's correlation of what is known of an example beforehand with what its recovery leaves of attack
  /// success, over the examples of the arm that has the most; the reason where there are too few.
  var predictions: (quantities: [Quantity], reason: String?) {
    let candidates = context.arms.map { arm in
      (arm: arm, runs: runs(arm))
    }.map { (arm: $0.arm, runs: $0.runs, left: means($0.runs, \.attackSuccess)) }
    let most = candidates.max { first, second in
      let recipe = context.recipe?.arm
      return (first.left.count, first.arm == recipe ? 1 : 0, second.arm.text)
        < (second.left.count, second.arm == recipe ? 1 : 0, first.arm.text)
    }
    guard let most, most.left.count >= Self.leastExamples else {
      return (
        [],
        "not testable here: \(Self.leastExamples) examples are needed in one arm, and there are "
          + "\(most?.left.count ?? 0)"
      )
    }
    let quantities = predictors(most.runs).compactMap { name, values in
      correlation(
        "\(most.arm.text): \(name) with attack success of Recovered less Init",
        values, most.left)
    }
    return (quantities, quantities.isEmpty ? "not testable here: nothing differs" : nil)
  }

  private func predictors(_ runs: [Run]) -> [(String, [ExampleName: Double])] {
    let attacks = Set(runs.map(\.attack))
    let examples = Set(runs.map(\.example))
    let gradients = context.evidence.spectra.filter { attacks.contains($0.attack ?? "") }
      .flatMap(\.gradients).filter { $0.kind == "example" }
    func ofGradients(_ value: (SpectraRecord.Gradient) -> Double) -> [ExampleName: Double] {
      var found: [ExampleName: Double] = [:]
      for example in examples {
        let values = gradients.filter { $0.example == example.id }.map(value)
        if !values.isEmpty { found[example] = values.reduce(0, +) / Double(values.count) }
      }
      return found
    }
    var overlaps: [ExampleName: Double] = [:]
    for example in examples {
      let values = context.evidence.comparisons.compactMap { $0.leaveOneOut[example.id] }
      if !values.isEmpty { overlaps[example] = values.reduce(0, +) / Double(values.count) }
    }
    return [
      ("energy of \(SpectraRecord.energyComponents) components", ofGradients(\.energy)),
      ("rank at 90 % energy over its bound", ofGradients(\.rankShare)),
      ("overlap with the mean of the others", overlaps),
      ("norm of the update", means(runs, \.norm)),
      ("loss of the example at the end", means(runs, \.loss)),
    ]
  }

  private func correlation(
    _ name: String, _ first: [ExampleName: Double], _ second: [ExampleName: Double]
  ) -> Quantity? {
    let pairs = second.keys.sorted().compactMap { key in
      first[key].flatMap { one in second[key].map { (one, $0) } }
    }
    guard pairs.count >= Self.leastExamples else { return nil }
    func spearman(_ pairs: [(Double, Double)]) -> Double? {
      let value = Ranks.spearman(pairs.map(\.0), pairs.map(\.1))
      return value.isNaN ? nil : value
    }
    let interval = Bootstrap.interval(clusterCount: pairs.count, seed: Pooled.seed) { drawn in
      spearman(drawn.map { pairs[$0] })
    }
    return spearman(pairs).map {
      Quantity("Spearman, \(name)", $0, interval: interval, count: pairs.count)
    }
  }
}
