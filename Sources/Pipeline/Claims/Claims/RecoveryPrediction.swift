import Statistics

/// Whether what is known beforehand predicts what a recovery leaves of attack success: Spearman's rank correlation
/// over examples, over the modules that may move, and over ranks.
struct RecoveryPrediction {
  let context: ClaimContext

  /// Points below which a rank correlation says nothing.
  static let leastPoints = 6

  /// Recoveries of which one thing differs, and what is known of each beforehand.
  private struct Series {
    /// What differs, such as `examples`.
    let over: String
    /// What does not.
    let fixed: String
    /// What a recovery leaves, by point.
    let left: [String: Double]
    let predictors: [(name: String, values: [String: Double])]
  }

  /// The correlations; the reason where nothing has points enough.
  var result: (quantities: [Quantity], reason: String?) {
    let series = [examples, modules, ranks].compactMap(\.self)
    let enough = series.filter { $0.left.count >= Self.leastPoints }
    guard !enough.isEmpty else {
      let most = series.max { $0.left.count < $1.left.count }
      return (
        [],
        "not testable here: \(Self.leastPoints) recoveries are needed of which only the example, the modules or "
          + "the rank differs, and there are \(most?.left.count ?? 0)"
      )
    }
    let quantities = enough.flatMap { series in
      series.predictors.compactMap { correlation($0.name, $0.values, series) }
    }
    return (quantities, quantities.isEmpty ? "not testable here: nothing differs" : nil)
  }

  // MARK: - Over examples

  /// The arm with the most examples.
  private var examples: Series? {
    let candidates = context.arms.filter { $0.modules == nil }.map { arm in
      let runs = context.runs { $0 == arm }
      return (arm: arm, runs: runs, left: left(runs) { $0.example.key })
    }
    let recipe = context.recipe?.arm
    let most = candidates.max { first, second in
      (first.left.count, first.arm == recipe ? 1 : 0, second.arm.text)
        < (second.left.count, second.arm == recipe ? 1 : 0, first.arm.text)
    }
    guard let most else { return nil }
    let names = Set(most.runs.map(\.example))
    let gradients = self.gradients(of: most.runs)
    func known(_ value: (SpectraRecord.Gradient) -> Double?) -> [String: Double] {
      var found: [String: Double] = [:]
      for name in names {
        let values = gradients.filter { $0.gradient.example == name.id }
          .compactMap { value($0.gradient) }
        found[name.key] = mean(values)
      }
      return found
    }
    var overlaps: [String: Double] = [:]
    for name in names {
      overlaps[name.key] = mean(context.evidence.comparisons.compactMap { $0.leaveOneOut[name.id] })
    }
    return Series(
      over: "examples", fixed: most.arm.text, left: most.left,
      predictors: [
        ("energy of \(SpectraRecord.energyComponents) components", known(\.energy)),
        ("rank at 90 % energy over its bound", known(\.rankShare)),
        ("share of the answer's beginning in the leading component", known(\.beginningShare)),
        ("overlap with the mean of the others", overlaps),
        ("norm of the update", most.runs.means(by: { $0.example.key }, \.norm)),
        ("loss of the example at the end", most.runs.means(by: { $0.example.key }, \.loss)),
      ])
  }

  // MARK: - Over layers and projections

  /// Arms that are alike but for the modules that may move.
  private var modules: Series? {
    guard let example = context.recipe?.example else { return nil }
    let chosen = context.arms.filter { $0.modules != nil }
    let alike = Dictionary(grouping: chosen) { $0.but(modules: nil) }
    let most = alike.max { ($0.value.count, $1.key.text) < ($1.value.count, $0.key.text) }
    guard let most else { return nil }
    let runs = context.runs { $0.modules != nil && $0.but(modules: nil) == most.key }
      .filter { $0.example == example }
    let choices = Set(runs.compactMap(\.arm.modules))
    let gradients = self.gradients(of: runs).filter { $0.gradient.example == example.id }
    func known(_ value: (ModuleChoice) -> Double?) -> [String: Double] {
      choices.reduce(into: [:]) { $0[$1.text] = value($1) }
    }
    return Series(
      over: "modules", fixed: most.key.text,
      left: left(runs) { $0.arm.modules?.text ?? "" },
      predictors: [
        (
          "share of the modules in the gradient's energy",
          known { choice in
            mean(
              gradients.compactMap { gradient, record in
                Self.share(of: choice, in: gradient.squaredNorms, record.modules)
              })
          }
        ),
        (
          "rank at 90 % energy over its bound",
          known { choice in
            mean(
              gradients.compactMap { _, record in
                mean(
                  record.matrices.filter {
                    choice.contains(layer: $0.layer, projection: $0.projection)
                  }.map(\.rankShare))
              })
          }
        ),
        (
          "overlap with the mean of the others",
          known { choice in
            mean(
              context.evidence.comparisons.compactMap { comparison in
                comparison.leaveOneOutByModule[example.id].flatMap { overlaps in
                  mean(
                    zip(comparison.modules, overlaps).filter {
                      choice.contains(layer: $0.0.layer, projection: $0.0.projection)
                    }.map(\.1).filter(\.isFinite))
                }
              })
          }
        ),
        ("loss of the example at the end", runs.means(by: { $0.arm.modules?.text ?? "" }, \.loss)),
      ])
  }

  private static func share(
    of choice: ModuleChoice, in squaredNorms: [Double],
    _ modules: [(layer: Int, projection: String)]
  ) -> Double? {
    let all = squaredNorms.reduce(0, +)
    let part = zip(modules, squaredNorms).filter {
      choice.contains(layer: $0.0.layer, projection: $0.0.projection)
    }.reduce(0) { $0 + $1.1 }
    return all > 0 ? part / all : nil
  }

  // MARK: - Over ranks

  /// Own arms that are alike but for the rank.
  private var ranks: Series? {
    guard let example = context.recipe?.example else { return nil }
    let own = context.arms.filter {
      $0.subspace == .named("own") && $0.isPlain && $0.rank != nil
    }
    let alike = Dictionary(grouping: own) { $0.but(rank: nil) }
    let most = alike.max { ($0.value.count, $1.key.text) < ($1.value.count, $0.key.text) }
    guard let most else { return nil }
    let runs = context.runs { $0.rank != nil && $0.but(rank: nil) == most.key }
      .filter { $0.example == example }
    let gradients = self.gradients(of: runs).filter { $0.gradient.example == example.id }
    let ranks = Set(runs.compactMap(\.arm.rank))
    func key(_ rank: Int?) -> String { rank.map { "\($0)" } ?? "" }
    return Series(
      over: "ranks", fixed: most.key.text, left: left(runs) { key($0.arm.rank) },
      predictors: [
        (
          "energy of the components that may move",
          ranks.reduce(into: [:]) { found, rank in
            found[key(rank)] = mean(gradients.map { $0.gradient.energy(of: rank) })
          }
        ),
        ("norm of the update", runs.means(by: { key($0.arm.rank) }, \.norm)),
        ("loss of the example at the end", runs.means(by: { key($0.arm.rank) }, \.loss)),
      ])
  }

  // MARK: - What they share

  private func left(
    _ runs: [RecoveryRun], by key: (RecoveryRun) -> String
  ) -> [String: Double] {
    runs.means(by: key, \.attackSuccess)
  }

  /// Gradients of safety examples of the models that were recovered.
  private func gradients(
    of runs: [RecoveryRun]
  ) -> [(gradient: SpectraRecord.Gradient, record: SpectraRecord)] {
    let attacks = Set(runs.map(\.attack))
    return context.evidence.spectra.filter { attacks.contains($0.attack ?? "") }
      .flatMap { record in
        record.gradients.filter { $0.kind == "example" }.map { ($0, record) }
      }
  }

  private func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private func correlation(
    _ name: String, _ values: [String: Double], _ series: Series
  ) -> Quantity? {
    let pairs = series.left.keys.sorted().compactMap { key in
      values[key].flatMap { one in series.left[key].map { (one, $0) } }
    }
    guard pairs.count >= Self.leastPoints else { return nil }
    func spearman(_ pairs: [(Double, Double)]) -> Double? {
      let value = Ranks.spearman(pairs.map(\.0), pairs.map(\.1))
      return value.isNaN ? nil : value
    }
    let interval = Bootstrap.interval(clusterCount: pairs.count, seed: Pooled.seed) { drawn in
      spearman(drawn.map { pairs[$0] })
    }
    return spearman(pairs).map {
      Quantity(
        "Spearman over \(series.over), \(series.fixed): \(name) with attack success of Recovered less Init",
        $0, interval: interval, count: pairs.count)
    }
  }
}

extension ExampleName {
  /// What tells it from others.
  fileprivate var key: String { "\(sha256) \(id)" }
}
