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
      let point = model.settings.points[0]
      let flags = try arguments(point, of: nil)
      for seed in file.seeds {
        // Every model is evaluated as it is, whether or not something is made of that.
        let context = context(model.name, SweepFile.noAttack, seed)
        if !file.attacks.contains(where: { $0.name == SweepFile.noAttack }), keeps(context) {
          try addEvaluation(of: flags, model.name, SweepFile.noAttack, seed, nil)
        }
        for attack in file.attacks { try add(attack, of: model.name, flags, seed) }
      }
    }
    return list
  }

  // MARK: - Stages

  private mutating func add(
    _ attack: SweepFile.Entry, of model: String, _ flags: [CellArgument], _ seed: Int
  ) throws(SweepError) {
    let context = context(model, attack.name, seed)
    guard keeps(context) else { return }
    if attack.name == SweepFile.noAttack {
      return try addStages(after: flags, model, attack.name, seed, context)
    }
    for point in attack.settings.points {
      let axes = point.filter { $0.setting.values.count > 1 }.map {
        ",\($0.setting.key)=\($0.setting.normalized($0.value).replacing("/", with: "_"))"
      }
      let name = attack.name + axes.joined()
      let cell = try cell(
        .attack, point, of: flags, seed: seed,
        CellLabels(stage: .attack, model: model, attack: name, seed: seed, recovery: nil))
      list.add(cell)
      let savesAdapter =
        Self.text("save", point).map { $0 == "adapter" } ?? (Self.text("method", point) == "lora")
      let attacked = Self.result(
        of: cell.identity, "output", isAdapter: savesAdapter, on: flags, tools[.recovery])
      try addStages(after: attacked, model, name, seed, context)
    }
  }

  /// Everything that is made of an attacked model.
  private mutating func addStages(
    after flags: [CellArgument], _ model: String, _ attack: String, _ seed: Int,
    _ context: [String: String]
  ) throws(SweepError) {
    try addEvaluation(of: flags, model, attack, seed, nil)
    var spectra: String?
    if let settings = file.spectra {
      let cell = try cell(
        .spectra, settings.points[0], of: flags, seed: nil,
        CellLabels(stage: .spectra, model: model, attack: attack, seed: seed, recovery: nil))
      list.add(cell)
      spectra = cell.identity
    }
    for entry in file.recoveries {
      for point in entry.points {
        var context = context
        for (setting, value) in point { context[setting.key] = setting.normalized(value) }
        if keeps(context) {
          try addRecovery(point, of: flags, model, attack, seed, spectra: spectra)
        }
      }
    }
  }

  private mutating func addRecovery(
    _ point: SweepSettings.Point, of flags: [CellArgument], _ model: String, _ attack: String,
    _ seed: Int, spectra: String?
  ) throws(SweepError) {
    func labels(_ stage: SweepStage, _ step: CellLabels.Step?) -> CellLabels {
      CellLabels(
        stage: stage, model: model, attack: attack, seed: seed,
        recovery: names.labels(of: point, tool: tools[.recovery], step: step))
    }
    let cell = try cell(
      .recovery, point, of: flags, seed: seed, spectra: spectra, labels(.recovery, nil))
    list.add(cell)
    let isAdapter =
      Self.text("save", point).map { $0 == "adapter" } ?? (Self.text("subspace", point) != "full")
    let steps = Self.text("steps", point).flatMap { Int($0) }
    // The state after the last step is what the recovery ends with.
    let saved = (Self.text("save-steps", point) ?? "").split(separator: ",").compactMap { Int($0) }
      .filter { $0 > 0 && $0 != steps }
    let states: [(String, CellLabels.Step)] =
      Set(saved).sorted().map { ("output/step-\($0)", .saved($0)) } + [("output", .end)]
    for (path, step) in states {
      let recovered = Self.result(
        of: cell.identity, path, isAdapter: isAdapter, on: flags, tools[.recovery])
      try addEvaluation(of: recovered, labels(.evaluation, step))
    }
  }

  private mutating func addEvaluation(
    of flags: [CellArgument], _ model: String, _ attack: String, _ seed: Int,
    _ recovery: CellLabels.Recovery?
  ) throws(SweepError) {
    try addEvaluation(
      of: flags,
      CellLabels(
        stage: .evaluation, model: model, attack: attack, seed: seed, recovery: recovery))
  }

  private mutating func addEvaluation(
    of flags: [CellArgument], _ labels: CellLabels
  ) throws(SweepError) {
    guard let evaluation = file.evaluation else { return }
    list.add(try cell(.evaluation, evaluation.points[0], of: flags, seed: nil, labels))
  }

  // MARK: - Cells

  private mutating func cell(
    _ stage: SweepStage, _ point: SweepSettings.Point, of flags: [CellArgument], seed: Int?,
    spectra: String? = nil, _ labels: CellLabels
  ) throws(SweepError) -> SweepCell {
    let own = try arguments(point, of: stage, spectra: spectra)
    let names = Set(own.map(\.flag.name))
    var all = flags.filter { !names.contains($0.flag.name) } + own
    if let seed, let flag = tools[stage]["seed"] {
      all.append(CellArgument(flag: flag, value: .text("\(seed)"), place: file.seedsPlace))
    }
    return SweepCell(stage, all, labels: labels, version: tools[stage].version)
  }

  /// The flags of a point of a grid; of a model where there is no stage.
  private mutating func arguments(
    _ point: SweepSettings.Point, of stage: SweepStage?, spectra: String? = nil
  ) throws(SweepError) -> [CellArgument] {
    var arguments: [CellArgument] = []
    for (setting, value) in point where value.isGiven {
      if !setting.flag.takesValue {
        arguments.append(CellArgument(flag: setting.flag, value: nil, place: value.place))
      }
      for text in value.texts {
        let isSpectra = setting.takesSpectra && text == SweepSetting.ofSpectra
        let cellValue: CellValue =
          if stage == .recovery, isSpectra, let spectra {
            .cell(identity: spectra, path: "output")
          } else {
            try find(text, setting.flag, value.place, stage)
          }
        arguments.append(CellArgument(flag: setting.flag, value: cellValue, place: value.place))
      }
    }
    return arguments
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

  private func context(_ model: String, _ attack: String, _ seed: Int) -> [String: String] {
    ["model": model, "attack": attack, "seed": "\(seed)"]
  }

  private func keeps(_ context: [String: String]) -> Bool {
    !file.exclude.contains { $0.holds(for: context) }
      && (file.include.isEmpty || file.include.contains { $0.allows(context) })
  }
}
