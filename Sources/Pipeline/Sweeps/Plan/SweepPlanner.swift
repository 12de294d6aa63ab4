/// Goes through models, attacks, seeds and recoveries and adds a cell for each run of a tool.
struct SweepPlanner {
  let file: SweepFile
  let tools: ToolTable
  let inputs: InputFinder
  private let names: RecoveryNames
  private var list = CellList()
  /// What texts of the file are, found once.
  private var found: [String: CellValue] = [:]

  init(file: SweepFile, tools: ToolTable, inputs: InputFinder) {
    self.file = file
    self.tools = tools
    self.inputs = inputs
    names = RecoveryNames(file.recoveries)
  }

  mutating func plan() throws(SweepError) -> CellList {
    for model in file.models {
      let point = model.settings.first
      let flags = try arguments(point, of: nil, nil)
      for seed in file.seeds {
        let original = Subject(
          flags: flags, initial: flags, model: model.name, attack: SweepFile.noAttack, seed: seed)
        // Every model is evaluated as it is, whether or not something is made of that.
        if !file.attacks.contains(where: { $0.name == SweepFile.noAttack }), keeps(original.context)
        {
          try addEvaluations(of: original)
        }
        for attack in file.attacks { try add(attack, to: original) }
      }
    }
    return list
  }

  // MARK: - Stages

  private mutating func add(
    _ attack: SweepFile.Entry, to original: Subject
  ) throws(SweepError) {
    var context = original.context
    context["attack"] = attack.name
    guard keeps(context) else { return }
    if attack.name == SweepFile.noAttack { return try addStages(after: original, context) }
    for point in attack.settings.points {
      let axes = point.filter { $0.setting.values.count > 1 }.map {
        ",\($0.setting.key)=\($0.setting.normalized($0.value).replacing("/", with: "_"))"
      }
      var attacked = original
      attacked.attack = attack.name + axes.joined()
      let cell = try cell(.attack, point, of: original, attacked.labels(.attack))
      list.add(cell)
      let savesAdapter =
        Self.text("save", point).map { $0 == "adapter" } ?? (Self.text("method", point) == "lora")
      attacked.flags = Self.result(
        of: cell.identity, "output", isAdapter: savesAdapter, on: original.flags, tools[.recovery])
      try addStages(after: attacked, context)
    }
  }

  // Everything that is made of an attacked model; the context has the attack without its axes.
  private mutating func addStages(
    after subject: Subject, _ context: [String: String]
  ) throws(SweepError) {
    try addEvaluations(of: subject, context)
    for entry in file.spectra where entry.conditions.allow(context) {
      _ = try addSpectra(entry, of: subject)
    }
    for entry in file.recoveries {
      for point in entry.settings.points {
        var context = file.contexts.context(of: point).merging(context) { $1 }
        if !entry.name.isEmpty { context[SweepContexts.recovery] = entry.name }
        if keeps(context), entry.conditions.allow(context) {
          try addRecovery(point, in: entry, of: subject, context)
        }
      }
    }
  }

  // Returns the identity of the cell.
  private mutating func addSpectra(
    _ entry: SweepFile.Entry, of subject: Subject
  ) throws(SweepError) -> String {
    let cell = try cell(
      .spectra, entry.settings.first, of: subject, subject.labels(.spectra, part: entry.name))
    list.add(cell)
    return cell.identity
  }

  private mutating func addRecovery(
    _ point: SweepSettings.Point, in entry: SweepFile.Entry, of subject: Subject,
    _ context: [String: String]
  ) throws(SweepError) {
    let cell = try cell(
      .recovery, point, of: subject,
      subject.labels(
        .recovery, names.labels(of: point, in: entry, tool: tools[.recovery], step: nil)))
    list.add(cell)
    let isAdapter =
      Self.text("save", point).map { $0 == "adapter" } ?? (Self.text("subspace", point) != "full")
    let steps = Self.text("steps", point).flatMap { Int($0) }
    // The state after the last step is what the recovery ends with.
    let saved = (Self.text("save-steps", point) ?? "").split(separator: ",").compactMap { Int($0) }
      .filter { $0 > 0 && $0 != steps }
    let states: [(path: String, step: CellLabels.Step, name: String)] =
      Set(saved).sorted().map { ("output/step-\($0)", .saved($0), "\($0)") }
      + [("output", .end, SweepContexts.end)]
    for state in states {
      var recovered = subject
      recovered.attacked = subject.flags
      recovered.flags = Self.result(
        of: cell.identity, state.path, isAdapter: isAdapter, on: subject.flags, tools[.recovery])
      recovered.recovery = names.labels(
        of: point, in: entry, tool: tools[.recovery], step: state.step)
      var context = context
      context[SweepContexts.step] = state.name
      try addEvaluations(of: recovered, context)
    }
  }

  private mutating func addEvaluations(
    of subject: Subject, _ context: [String: String]? = nil
  ) throws(SweepError) {
    for entry in file.evaluations where entry.conditions.allow(context ?? subject.context) {
      list.add(
        try cell(
          .evaluation, entry.settings.first, of: subject,
          subject.labels(.evaluation, subject.recovery, part: entry.name)))
    }
  }

  // MARK: - Cells

  private mutating func cell(
    _ stage: SweepStage, _ point: SweepSettings.Point, of subject: Subject, _ labels: CellLabels
  ) throws(SweepError) -> SweepCell {
    let own = try arguments(point, of: stage, subject)
    let names = Set(own.map(\.flag.name))
    var all = subject.flags.filter { !names.contains($0.flag.name) } + own
    if stage == .attack || stage == .recovery, let flag = tools[stage]["seed"] {
      all.append(
        CellArgument(flag: flag, value: .text("\(subject.seed)"), place: file.seedsPlace))
    }
    return SweepCell(stage, all, labels: labels, version: tools[stage].version)
  }

  /// The flags of a point of a grid; of a model where there is no stage.
  private mutating func arguments(
    _ point: SweepSettings.Point, of stage: SweepStage?, _ subject: Subject?
  ) throws(SweepError) -> [CellArgument] {
    var arguments: [CellArgument] = []
    for (setting, value) in point where value.isGiven {
      if !setting.flag.takesValue {
        arguments.append(CellArgument(flag: setting.flag, value: nil, place: value.place))
      }
      for text in value.texts {
        if stage == .evaluation, let subject,
          let reference = references(text, of: setting, subject, value.place)
        {
          arguments += reference
          continue
        }
        let made = try spectra(text, setting, stage, subject)
        let cellValue =
          if let made { made } else { try find(text, setting.flag, value.place, stage) }
        arguments.append(
          CellArgument(flag: setting.flag, value: cellValue, place: value.place))
      }
    }
    return arguments
  }

  /// The file of spectra that a text chooses; they are planned if nothing else did.
  private mutating func spectra(
    _ text: String, _ setting: SweepSetting, _ stage: SweepStage?, _ subject: Subject?
  ) throws(SweepError) -> CellValue? {
    guard stage == .recovery, setting.takesSpectra, let subject, let choice = SpectraChoice(text),
      let entry = file.entry(of: choice)
    else { return nil }
    let identity = try addSpectra(entry, of: choice.isOfInit ? subject.beforeAttack : subject)
    return .cell(identity: identity, path: "output")
  }

  /// The flags of a model of the sweep that an evaluation compares with; nil where a text is something else.
  private func references(
    _ text: String, of setting: SweepSetting, _ subject: Subject, _ place: SweepPlace
  ) -> [CellArgument]? {
    guard setting.key == "reference", let choice = ReferenceChoice(rawValue: text) else {
      return nil
    }
    let flags = choice == .initial ? subject.initial : subject.attacked ?? subject.flags
    return flags.compactMap { argument in
      let name = argument.flag.name == "model" ? "reference" : "reference-\(argument.flag.name)"
      return tools[.evaluation][name].map {
        CellArgument(flag: $0, value: argument.value, place: place)
      }
    }
  }

  private mutating func find(
    _ text: String, _ flag: ToolFlag, _ place: SweepPlace, _ stage: SweepStage?
  ) throws(SweepError) -> CellValue {
    let key = "\(stage?.rawValue ?? "")\u{0}\(flag.name)\u{0}\(text)"
    if let value = found[key] { return value }
    let value = try inputs.value(text, of: flag, at: place, stage: stage)
    found[key] = value
    return value
  }

  /// The flags of a model that a cell has made: an adapter on the model it began with, or a model.
  private static func result(
    of identity: String, _ path: String, isAdapter: Bool, on flags: [CellArgument],
    _ tool: ToolFlags
  ) -> [CellArgument] {
    let name = isAdapter ? "adapter" : "model"
    let flag = tool[name] ?? ToolFlag(name: name, valueName: "folder")
    let made = CellArgument(
      flag: flag, value: .cell(identity: identity, path: path), place: nil)
    return isAdapter
      ? flags + [made]
      : [made] + flags.filter { $0.flag.name != "model" && $0.flag.name != "adapter" }
  }

  private static func text(_ key: String, _ point: SweepSettings.Point) -> String? {
    point.first { $0.setting.key == key }.map { $0.setting.normalized($0.value) }
  }

  // MARK: - Exclude and include

  private func keeps(_ context: [String: String]) -> Bool {
    !file.exclude.contains { $0.holds(for: context) } && file.include.allow(context)
  }
}

/// A model at some point of a sweep, and how it came about.
private struct Subject {
  /// Which flags name it.
  var flags: [CellArgument]
  /// Which flags name the model before the attack.
  let initial: [CellArgument]
  /// Which flags name the model that was recovered; nil where none was.
  var attacked: [CellArgument]?
  let model: String
  var attack: String
  let seed: Int
  var recovery: CellLabels.Recovery?

  init(flags: [CellArgument], initial: [CellArgument], model: String, attack: String, seed: Int) {
    self.flags = flags
    self.initial = initial
    self.model = model
    self.attack = attack
    self.seed = seed
  }

  /// The same model before the attack.
  var beforeAttack: Subject {
    Subject(
      flags: initial, initial: initial, model: model, attack: SweepFile.noAttack, seed: seed)
  }

  func labels(
    _ stage: SweepStage, _ recovery: CellLabels.Recovery? = nil, part: String = ""
  ) -> CellLabels {
    CellLabels(
      stage: stage, model: model, attack: attack, seed: seed, recovery: recovery,
      part: part.isEmpty ? nil : part)
  }

  /// What `exclude`, `include` and `when` see of it.
  var context: [String: String] { ["model": model, "attack": attack, "seed": "\(seed)"] }
}
