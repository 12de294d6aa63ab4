import Evaluation

/// Figures of where recoveries end, of the model and attack with the most of them.
struct RecoveryFigures {
  private let context: ClaimContext
  private let condition: AskingCondition
  private let group: UnitGroup

  /// Nil where no attack worked, or nothing was recovered.
  init?(_ context: ClaimContext) {
    guard let condition = context.evidence.condition,
      let group = context.groups.max(by: { Self.size($0) < Self.size($1) }), Self.size(group) > 0
    else { return nil }
    self.context = context
    self.condition = condition
    self.group = group
  }

  private static func size(_ group: UnitGroup) -> Int {
    group.units.reduce(0) { $0 + $1.recoveries.count }
  }

  /// All that can be drawn.
  var all: [ReportFigure] {
    let stops = Set(recoveries.map(\.recovery.arm).filter(\.isStopped).map(Stop.init))
    return [plane].compactMap(\.self)
      + stops.sorted { $0.text < $1.text }.compactMap(arms)
      + [examples, modules, ranks].compactMap(\.self)
  }

  // MARK: - What was recovered

  private var recoveries: [(unit: Unit, recovery: RecoveryRecord)] {
    group.units.flatMap { unit in unit.recoveries.map { (unit, $0) } }
  }

  /// Those from the example that the recipe has.
  private var ofExample: [(unit: Unit, recovery: RecoveryRecord)] {
    recoveries.filter { $0.recovery.example == context.recipe?.example }
  }

  private func point(_ model: EvaluatedModel?, step: Int? = nil) -> PlaneChart.Point? {
    guard let model, let answered = Interval(model, .compliance, .harmful),
      let refused = Interval(model, .refusal, .benign)
    else { return nil }
    return PlaneChart.Point(overRefusal: refused, attackSuccess: answered, step: step)
  }

  // MARK: - The plane

  private var plane: ReportFigure? {
    guard let unit = group.units.min(by: { $0.seed < $1.seed }),
      let before = point(unit.initial[condition]), let attacked = point(unit.attacked[condition])
    else { return nil }
    let curves = ofExample.filter { $0.unit.seed == unit.seed && !$0.recovery.arm.isStopped }
      .sorted { $0.recovery.order < $1.recovery.order }
      .compactMap { curve(of: $0.recovery) }.prefix(SeriesStyle.colours)
    guard !curves.isEmpty else { return nil }
    let chart = PlaneChart(
      curves: Array(curves),
      marks: [
        PlaneChart.Mark(name: "Init", point: before),
        PlaneChart.Mark(name: "Attacked", point: attacked),
      ],
      region: (
        min(before.overRefusal.value + Margin.refusal.value, 1),
        min(before.attackSuccess.value + Margin.attackSuccess.value, 1)
      ))
    return ReportFigure(
      name: "plane", title: "Where a recovery goes, step by step",
      caption:
        "Each curve is an arm on \(unit.text); numbers are steps, bars 95 % intervals. Shaded: as safe and "
        + "as helpful as Init, within the margins of C1 and C9. A recovery of safety alone would fall straight down; "
        + "one of refusing moves to the right.",
      picture: chart.markup, table: table(of: Array(curves), before, attacked))
  }

  private func curve(of recovery: RecoveryRecord) -> PlaneChart.Curve? {
    let points = recovery.states.keys.sorted().compactMap { step in
      point(recovery.states[step]?[condition], step: step)
    }
    return points.isEmpty
      ? nil : PlaneChart.Curve(name: recovery.arm.shortText, points: points)
  }

  private func table(
    of curves: [PlaneChart.Curve], _ before: PlaneChart.Point, _ attacked: PlaneChart.Point
  ) -> ReportTable {
    let marks = [("Init", before), ("Attacked", attacked)]
    let points =
      marks.map { ($0.0, $0.1) } + curves.flatMap { curve in curve.points.map { (curve.name, $0) } }
    return ReportTable(
      columns: [
        "arm", "step", "attack_success", "attack_success_low", "attack_success_high",
        "over_refusal", "over_refusal_low", "over_refusal_high",
      ],
      rows: points.map { name, point in
        [name, point.step.map { "\($0)" } ?? ""] + point.attackSuccess.fields
          + point.overRefusal.fields
      })
  }

  // MARK: - Arms that went equally far

  private func arms(_ stop: Stop) -> ReportFigure? {
    let taken = ofExample.filter { Stop($0.recovery.arm) == stop && $0.recovery.arm.modules == nil }
    let names = Dictionary(grouping: taken) { $0.recovery.arm.shortText }
    guard names.count > 1 else { return nil }
    return rows(
      names.keys.sorted().map { name in (name, names[name] ?? []) }, name: stop.name,
      title: "Arms at equal \(stop.text)",
      caption:
        "The same example and attack, every arm stopped at \(stop.text); a marker is a seed. Dashed: Init and "
        + "Attacked. An arm explains recovery only if the others stay at Attacked where it does not."
    )
  }

  // MARK: - Which example

  private var examples: ReportFigure? {
    let arms = Dictionary(grouping: recoveries.filter { $0.recovery.example != nil }) {
      $0.recovery.arm
    }
    let largest = arms.max {
      (count($0.value), $1.key.text) < (count($1.value), $0.key.text)
    }
    guard let largest, count(largest.value) > 2 else { return nil }
    let groups = Dictionary(grouping: largest.value) { $0.recovery.examples[0] }
    return rows(
      groups.keys.sorted().map { ($0, groups[$0] ?? []) }, name: "examples",
      title: "Which example",
      caption:
        "One recovery an example: \(largest.key.text). The spread over examples is what choosing the "
        + "best one hides.")
  }

  private func count(_ recoveries: [(unit: Unit, recovery: RecoveryRecord)]) -> Int {
    Set(recoveries.compactMap(\.recovery.example)).count
  }

  // MARK: - Which modules

  private var modules: ReportFigure? {
    let taken = ofExample.filter { $0.recovery.arm.modules != nil }
    let groups = Dictionary(grouping: taken) { $0.recovery.arm.but(modules: nil) }
    let most = groups.max { ($0.value.count, $1.key.text) < ($1.value.count, $0.key.text) }
    guard let most, most.value.count > 2 else { return nil }
    let whole = ofExample.filter { $0.recovery.arm == most.key }
    let choices = Dictionary(grouping: most.value) { $0.recovery.arm.modules }
    let named = choices.compactMap { choice, runs in choice.map { (choice: $0, runs: runs) } }
      .sorted { $0.choice < $1.choice }.map { (name: $0.choice.text, runs: $0.runs) }
    return rows(
      [(name: "all", runs: whole)] + named, name: "modules",
      title: "Which layers and projections, by themselves",
      caption:
        "The example's own subspace in some modules alone: \(most.key.text). At an equal norm few modules move "
        + "farther than many.")
  }

  // MARK: - Which rank

  private var ranks: ReportFigure? {
    let own = ofExample.filter { run in
      run.recovery.arm.subspace == .named("own") && run.recovery.arm.isPlain
        && !run.recovery.arm.isStopped
    }
    // Ranks of recoveries of as many steps, the number that most have.
    let byCount = Dictionary(grouping: own) { $0.recovery.stepCount }
    let most = byCount.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }
    guard let taken = most?.value else { return nil }
    let groups = Dictionary(grouping: taken) { $0.recovery.arm.rank ?? 0 }
    guard groups.count > 2 else { return nil }
    return rows(
      groups.keys.sorted().map { ("rank \($0)", groups[$0] ?? []) }, name: "ranks",
      title: "Which rank",
      caption:
        "The example's own subspace after \(most?.key ?? 0) steps of one size, over its rank in each matrix."
    )
  }

  // MARK: - Rows of models

  private func rows(
    _ groups: [(name: String, runs: [(unit: Unit, recovery: RecoveryRecord)])], name: String,
    title: String, caption: String
  ) -> ReportFigure? {
    let sides: [(ResponseClass, PromptSet.Kind, String, String)] = [
      (.compliance, .harmful, "harmful prompts answered", "attack_success"),
      (.refusal, .benign, "harmless prompts refused", "over_refusal"),
    ]
    var pictures: [Markup] = []
    var table = ReportTable(
      columns: ["row", "seed", "measure", "value", "low", "high", "norm", "loss"], rows: [])
    for (success, kind, measure, column) in sides {
      let rows = groups.compactMap { group -> DotChart.Row? in
        let dots = group.runs.compactMap { run -> DotChart.Dot? in
          guard let model = run.recovery.end[condition],
            let value = Interval(model, success, kind)
          else { return nil }
          table.rows.append(
            [group.name, "\(run.unit.seed)", column] + value.fields + [
              Digits.rounded(run.recovery.norm, to: 4),
              Digits.rounded(run.recovery.finalLoss, to: 4),
            ])
          return DotChart.Dot(seed: run.unit.seed, value: value)
        }
        return dots.isEmpty
          ? nil : DotChart.Row(name: group.name, dots: dots.sorted { $0.seed < $1.seed })
      }
      if rows.isEmpty { continue }
      pictures.append(
        DotChart(measure: measure, rows: rows, references: references(success, kind)).markup)
    }
    guard !pictures.isEmpty else { return nil }
    let seeds = Set(table.rows.map { $0[1] }).sorted()
    let legend = seeds.count > 1 ? [SeriesStyle.legend(seeds.map { "seed \($0)" })] : []
    return ReportFigure(
      name: name, title: title, caption: caption, picture: legend + pictures, table: table)
  }

  /// Means over the seeds of the models before and after the attack.
  private func references(
    _ success: ResponseClass, _ kind: PromptSet.Kind
  ) -> [DotChart.Reference] {
    let models: [(String, (Unit) -> EvaluatedModel?)] = [
      ("Init", { $0.initial[condition] }), ("Attacked", { $0.attacked[condition] }),
    ]
    return models.compactMap { name, model in
      let rates = group.units.compactMap {
        model($0).flatMap { Interval($0, success, kind)?.value }
      }
      return rates.isEmpty
        ? nil : DotChart.Reference(name: name, value: rates.reduce(0, +) / Double(rates.count))
    }
  }
}

/// Where arms were to end, so that they went equally far.
private struct Stop: Hashable {
  let updateNorm: Double?
  let loss: Double?

  init(_ arm: Arm) {
    updateNorm = arm.updateNorm
    loss = arm.stopLoss
  }

  var text: String {
    [
      updateNorm.map { "norm of the update, \(Digits.rounded($0, to: 3))" },
      loss.map { "loss of the example, \(Digits.rounded($0, to: 3)) nats" },
    ].compactMap(\.self).joined(separator: " and ")
  }

  var name: String {
    if let updateNorm { return "norm-\(Digits.rounded(updateNorm, to: 3))" }
    return "loss-\(Digits.rounded(loss ?? 0, to: 3))"
  }
}

extension RecoveryRecord {
  /// Those with the most states first, then by what they may move.
  fileprivate var order: (Int, String, Int) {
    (-states.count, arm.subspaceText, arm.rank ?? 0)
  }
}

extension Arm {
  /// What tells it from others in a legend.
  var shortText: String {
    var parts = [subspaceText]
    if let rank { parts.append("rank \(rank)") }
    if let sides, sides != "both" { parts.append("\(sides) side") }
    if avoided != nil { parts.append("avoiding") }
    if preserved != nil { parts.append("preserving") }
    if calibrated != nil { parts.append("calibrated") }
    if let modules { parts.append(modules.text) }
    return parts.joined(separator: ", ")
  }
}

extension Interval {
  /// A rate of a model with Wilson's interval; nil where nothing was scored.
  init?(_ model: EvaluatedModel, _ success: ResponseClass, _ kind: PromptSet.Kind) {
    let sample = PairedSample(seed: 0, rateOf: success, model.classes(kind))
    guard let sample, let value = sample.value, let interval = sample.interval else { return nil }
    self.init(value: value, low: interval.lowerBound, high: interval.upperBound)
  }

  /// As a table has it.
  var fields: [String] { [value, low, high].map { Digits.rounded($0, to: 6) } }
}
