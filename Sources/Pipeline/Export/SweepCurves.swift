import OrderedJSON

/// What a chart of attack success against over-refusal shows: a curve a rank and seed from the attacked model over the steps of its
/// recovery, every point with both intervals; where recoveries have one rank, a curve a recovery.
///
/// Nothing is averaged: each point is one evaluation. There is a panel a model, attack, recovery and pair of
/// prompt sets, as far as there are several of them.
struct SweepCurves {
  /// One evaluation of a harmful and a benign set.
  struct Point {
    let labels: SweepNumber
    let sets: String
    let attackSuccess: SweepNumber
    let overRefusal: SweepNumber
  }

  static let (attackSuccess, overRefusal) = ("attack_success_rate", "over_refusal_rate")
  private static let (none, before) = ("none", "none")

  let sweep: String
  let hasRanks: Bool
  /// Ranks, or recoveries.
  let names: [String]
  let recovered: [Point]
  /// Models as attacked, and as they are.
  private let starts: [Point]
  private let several: (model: Bool, attack: Bool, recovery: Bool, sets: Bool)
  let setNames: [String]

  /// Takes the numbers that are drawn from a file; nil when no recovery has both.
  init?(_ array: SweepArray) throws(ExportError) {
    var points: [Point] = []
    for block in array.blocks {
      points += Self.points(of: try array.reading(block))
    }
    sweep = array.name
    recovered = points.filter { $0.labels.recovery != Self.none }
    starts = points.filter { $0.labels.recovery == Self.none }
    if recovered.isEmpty { return nil }
    let ranks = Dictionary(grouping: recovered, by: \.labels.recovery).mapValues {
      Set($0.map(\.labels.rank))
    }
    hasRanks = ranks.values.contains { $0.count > 1 }
    setNames = Self.distinct(recovered.map(\.sets))
    several = (
      Set(recovered.map(\.labels.model)).count > 1, Set(recovered.map(\.labels.attack)).count > 1,
      hasRanks && ranks.count > 1, setNames.count > 1
    )
    // All weights come last.
    let ordered = Set(recovered.map(\.labels.rank)).sorted {
      ($0 == 0 ? Int32.max : $0) < ($1 == 0 ? Int32.max : $1)
    }
    names =
      hasRanks ? ordered.map(Self.rank) : Self.distinct(recovered.map(\.labels.recovery))
  }

  /// Pairs of rates of the same state: every harmful set with every benign one.
  private static func points(of numbers: [SweepNumber]) -> [Point] {
    let refusals = numbers.filter { $0.metric == overRefusal && !$0.value.isNaN }
    return numbers.filter { $0.metric == attackSuccess && !$0.value.isNaN }.flatMap { success in
      refusals.filter { $0.rank == success.rank && $0.step == success.step }.map {
        Point(
          labels: success, sets: "\(success.set), \($0.set)", attackSuccess: success,
          overRefusal: $0)
      }
    }
  }

  static func distinct(_ texts: [String]) -> [String] {
    var known: Set<String> = []
    return texts.filter { known.insert($0).inserted }
  }

  private static func rank(_ rank: Int32) -> String { rank == 0 ? "all weights" : "\(rank)" }
}

extension SweepCurves {
  /// The points of all panels; a state that several curves begin with stands in each of them.
  var records: [(panel: String, json: JSONValue)] {
    var known: Set<String> = []
    return recovered.flatMap { point -> [(panel: String, json: JSONValue)] in
      let curve = hasRanks ? Self.rank(point.labels.rank) : point.labels.recovery
      let panel = panel(of: point)
      func record(_ other: Point, _ state: String) -> (panel: String, json: JSONValue) {
        (panel, json(of: other, state, panel, curve, point.labels))
      }
      func same(_ other: Point) -> Bool {
        other.sets == point.sets && other.labels.model == point.labels.model
          && other.labels.seed == point.labels.seed
      }
      guard known.insert("\(panel)\0\(curve)\0\(point.labels.seed)").inserted else {
        return [record(point, "recovered")]
      }
      // All seeds share the model as it is: it stands once in a panel.
      let isFirst = known.insert(panel).inserted
      let attack = point.labels.attack
      return starts.filter {
        isFirst && same($0) && $0.labels.attack == Self.before && attack != Self.before
      }.map { record($0, "before") }
        + starts.filter { same($0) && $0.labels.attack == attack }.map { record($0, "start") }
        + [record(point, "recovered")]
    }
  }

  private func panel(of point: Point) -> String {
    let parts = [
      several.model ? point.labels.model : nil, several.attack ? point.labels.attack : nil,
      several.recovery ? point.labels.recovery : nil, several.sets ? point.sets : nil,
    ].compactMap(\.self)
    if !parts.isEmpty { return parts.joined(separator: ", ") }
    // Where recoveries are the curves, the one panel is of all of them.
    let recovery = hasRanks ? ", \(point.labels.recovery)" : ""
    return "\(point.labels.model), \(point.labels.attack)\(recovery)"
  }

  private func json(
    of point: Point, _ state: String, _ panel: String, _ curve: String, _ labels: SweepNumber
  ) -> JSONValue {
    [
      "panel": .string(panel), "curve": .string(curve), "state": .string(state),
      "model": .string(point.labels.model), "attack": .string(point.labels.attack),
      "seed": .integer(Int(labels.seed)), "recovery": .string(point.labels.recovery),
      "rank": .integer(Int(point.labels.rank)), "step": .integer(Int(point.labels.step)),
      "harmful": .string(point.attackSuccess.set), "benign": .string(point.overRefusal.set),
      "attack_success_rate": .number(point.attackSuccess.value),
      "attack_success_low": .number(point.attackSuccess.low),
      "attack_success_high": .number(point.attackSuccess.high),
      "over_refusal_rate": .number(point.overRefusal.value),
      "over_refusal_low": .number(point.overRefusal.low),
      "over_refusal_high": .number(point.overRefusal.high),
    ]
  }
}
