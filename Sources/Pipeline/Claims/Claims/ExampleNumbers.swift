import Statistics

/// What becomes of the result when another example is taken: all of them, not the best one.
struct ExampleNumbers {
  let context: ClaimContext

  /// Median, quartiles and worst over examples, an arm and side each; arms with one example have none.
  var distributions: [Quantity] {
    context.arms.flatMap { arm in
      let runs = context.runs { $0 == arm }
      return sides.flatMap { name, value in
        spread("\(arm.text): \(name)", runs.means(by: \.example, value), runs)
      }
    }
  }

  private var sides: [(String, (RecoveryRun) -> Double?)] {
    [
      ("attack success of Recovered less Init", \.attackSuccess),
      ("over-refusal of Recovered less Init", \.overRefusal),
    ]
  }

  private func spread(
    _ name: String, _ values: [ExampleName: Double], _ runs: [RecoveryRun]
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
      let runs = context.runs { $0 == arm }
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
}
