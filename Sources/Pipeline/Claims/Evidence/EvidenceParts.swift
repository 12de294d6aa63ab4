import Evaluation
import Failures
import Sweeps

/// What the cells of sweeps hold, record by record, before it is joined by what made what.
struct EvidenceParts {
  /// Whose answers an evaluation has.
  enum State: Hashable {
    case initial(String)
    case attacked(String)
    case recovered(String, step: Int?)
  }

  var attacks: [AttackRecord] = []
  var recoveries: [RecoveryRecord] = []
  var spectra: [SpectraRecord] = []
  var comparisons: [ComparisonRecord] = []
  var models: [InitialModel] = []
  /// What models answered, by whose state it is.
  var states: [State: [AskingCondition: EvaluatedModel]] = [:]
  var conditionCounts: [AskingCondition: Int] = [:]
  var sets: [SetName: (kind: String, count: Int)] = [:]
  var versions: Set<String> = []
  var cellCounts: [SweepStage: Int] = [:]
  /// What was left out, and why.
  var notes: [String] = []
  private var contradictions = 0

  /// Joins what was read.
  ///
  /// - Parameter folders: Where it was read from.
  /// - Returns: The evidence.
  mutating func joined(_ folders: [String]) -> Evidence {
    joinStates()
    let units = joinUnits()
    if contradictions > 0 {
      notes.append(
        "\(counted(contradictions, "answers")) of the same models to the same prompts were judged "
          + "differently by two evaluations; the first counts")
    }
    let conditions = conditionCounts.keys.sorted {
      (($0.isPlain ? 0 : 1), -(conditionCounts[$0] ?? 0), $0.text)
        < (($1.isPlain ? 0 : 1), -(conditionCounts[$1] ?? 0), $1.text)
    }
    return Evidence(
      folders: folders, models: models, units: units, spectra: spectra, comparisons: comparisons,
      condition: conditions.first, conditions: conditions,
      sets: sets.sorted {
        ($0.value.kind, $0.key.name, $0.key.sha256)
          < ($1.value.kind, $1.key.name, $1.key.sha256)
      }
      .map { ($0.key, $0.value.kind, $0.value.count) },
      versions: versions.sorted(),
      cellCounts: SweepStage.allCases.map { ($0.rawValue, cellCounts[$0] ?? 0) }, notes: notes)
  }

  /// Gives recoveries what their states answered.
  private mutating func joinStates() {
    contradictions = states.values.reduce(0) {
      $0 + $1.values.reduce(0) { $0 + $1.contradictions }
    }
    let places = Dictionary(
      recoveries.enumerated().map { ($1.identity, $0) }, uniquingKeysWith: { first, _ in first })
    var strays = 0
    for (key, answers) in states {
      guard case .recovered(let identity, let step) = key else { continue }
      guard let place = places[identity] else {
        strays += 1
        continue
      }
      let number = step ?? recoveries[place].stepCount
      // The end wins over a state that was saved after the same step: a calibration may lie between.
      if step == nil || states[.recovered(identity, step: nil)] == nil
        || number != recoveries[place].stepCount
      {
        recoveries[place].states[number] = answers
      }
    }
    if strays > 0 {
      notes.append(
        "\(counted(strays, "states")) of recoveries that are not there or were left out were "
          + "evaluated, and are left out")
    }
  }

  private mutating func joinUnits() -> [Unit] {
    var units: [Unit] = []
    var seen: Set<String> = []
    for attack in attacks.sorted(by: Self.precedes) {
      if !seen.insert("\(attack.initial) \(attack.settings) \(attack.seed)").inserted {
        notes.append(
          "attack \(attack.identity) repeats a model, an attack and a seed, and is left out")
        continue
      }
      guard let model = models.first(where: { $0.fingerprint == attack.initial }) else { continue }
      units.append(
        Unit(
          model: model, attack: attack, initial: states[.initial(attack.initial)] ?? [:],
          attacked: states[.attacked(attack.identity)] ?? [:],
          recoveries: recoveries.filter { $0.attack == attack.identity }
            .sorted { ($0.arm.text, $0.identity) < ($1.arm.text, $1.identity) }))
    }
    let known = Set(attacks.map(\.identity))
    let orphans = recoveries.count { !known.contains($0.attack ?? "") }
    if orphans > 0 {
      notes.append(
        "\(counted(orphans, "recovery cells")) of attacks that are not there or were left out are left "
          + "out too")
    }
    return units
  }

  private static func precedes(_ first: AttackRecord, _ second: AttackRecord) -> Bool {
    if first.names.model != second.names.model { return first.names.model < second.names.model }
    if first.exampleCount != second.exampleCount { return first.exampleCount < second.exampleCount }
    if first.settings != second.settings { return first.settings < second.settings }
    return (first.seed, first.identity) < (second.seed, second.identity)
  }
}
