import Files

/// A sweep file, read and checked against the flags of the tools; no input has been looked at yet.
package struct SweepFile: Sendable {
  /// A model or an attack.
  package struct Entry: Sendable {
    package let name: String
    package let settings: SweepSettings
  }

  /// The file as it was named.
  package let path: String
  package let name: String
  package let seeds: [Int]
  package let seedsPlace: SweepPlace?
  package let models: [Entry]
  package let attacks: [Entry]
  package let spectra: SweepSettings?
  package let recoveries: [SweepSettings]
  package let evaluation: SweepSettings?
  package let exclude: [SweepCondition]
  package let include: [SweepCondition]
  package let slurm: SlurmSettings?

  /// The attack that leaves a model as it is.
  package static let noAttack = "none"

  static let keys = [
    "name", "seeds", "models", "attacks", "spectra", "recoveries", "evaluation", "exclude",
    "include", "slurm",
  ]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - tools: The flags of the tools.
  /// - Throws: `SweepError`.
  package init(reading path: String, tools: ToolTable) throws(SweepError) {
    try self.init(try SweepDocument.read(path), path: path, tools: tools)
  }

  /// Takes a parsed file.
  package init(_ root: SweepNode, path: String, tools: ToolTable) throws(SweepError) {
    let reader = SweepReader(path: path)
    let members = try reader.members(root, of: "a sweep file", known: Self.keys)
    if members.isEmpty { throw reader.error(.noCells("the file is empty"), at: root.place) }
    let parts = Dictionary(members.map { ($0.key, $0) }) { first, _ in first }
    self.path = path
    name =
      try parts["name"].map { member throws(SweepError) in
        try reader.text(member.value, "name")
      } ?? "sweep"
    (seeds, seedsPlace) = try reader.seeds(parts["seeds"])
    guard let models = parts["models"] else {
      throw reader.error(.missingKey("models", of: "the file"), at: root.place)
    }
    self.models = try reader.models(models, tools)
    attacks =
      try parts["attacks"].map { member throws(SweepError) in
        try reader.attacks(member, tools)
      } ?? [Entry(name: Self.noAttack, settings: SweepSettings(settings: [], place: root.place))]
    spectra = try parts["spectra"].map { member throws(SweepError) in
      try reader.single(member, tools[.spectra], reserved: Reserved.spectra)
    }
    recoveries =
      try parts["recoveries"].map { member throws(SweepError) in
        try reader.recoveries(member, tools)
      } ?? []
    evaluation = try parts["evaluation"].map { member throws(SweepError) in
      try reader.single(member, tools[.evaluation], reserved: Reserved.evaluation)
    }
    slurm = try parts["slurm"].map { member throws(SweepError) in try reader.slurm(member.value) }
    let contexts = SweepContexts(
      models: self.models, attacks: attacks, seeds: seeds, recoveries: recoveries)
    exclude =
      try parts["exclude"].map { member throws(SweepError) in
        try reader.conditions(
          member.value, "exclude", known: contexts.values, normalized: contexts.normalized)
      } ?? []
    include =
      try parts["include"].map { member throws(SweepError) in
        try reader.conditions(
          member.value, "include", known: contexts.values, normalized: contexts.normalized)
      } ?? []
    if spectra == nil, recoveries.isEmpty, evaluation == nil, attacks.map(\.name) == [Self.noAttack]
    {
      throw reader.error(
        .noCells("the file has no attacks, spectra, recoveries or evaluation"), at: root.place)
    }
    try requireSpectra(reader)
  }

  /// A recovery in the subspace of the spectra needs that stage.
  private func requireSpectra(_ reader: SweepReader) throws(SweepError) {
    guard spectra == nil else { return }
    for setting in recoveries.flatMap(\.settings) where setting.takesSpectra {
      for value in setting.values where value.texts == [SweepSetting.ofSpectra] {
        throw reader.error(
          .stageMissing(key: setting.key, value: value.text, stage: "spectra"), at: value.place)
      }
    }
  }
}

extension SweepSetting {
  /// The value that stands for the file of the spectra stage.
  package static let ofSpectra = "spectra"

  /// Whether it may be the file of the spectra stage.
  var takesSpectra: Bool { key == "subspace" || key == "avoid" }
}

/// Flags that a part of a sweep file does not take, because something else sets them.
enum Reserved {
  static let always = ["output", "force", "json", "quiet"]
  private static let own = Dictionary(uniqueKeysWithValues: always.map { ($0, "sweep-ranks") })
  private static let model = ["model": "models", "adapter": "models"]

  static let models = own.merging(["seed": "seeds"]) { $1 }
  static let spectra = own.merging(model) { $1 }.merging(["spectra": "sweep-ranks"]) { $1 }
  static let seeded = own.merging(model) { $1 }.merging(["seed": "seeds"]) { $1 }
  static let evaluation = own.merging(model) { $1 }
}

extension SweepReader {
  fileprivate func seeds(
    _ member: SweepNode.Member?
  ) throws(SweepError) -> ([Int], SweepPlace?) {
    guard let member else { return ([0], nil) }
    var seeds: [Int] = []
    var known: Set<Int> = []
    for (text, place) in try texts(member.value, "seeds") {
      guard let seed = Int(text), seed >= 0, known.insert(seed).inserted else {
        throw error(
          .invalidValue(key: "seeds", value: text, allowed: "whole numbers from 0, each once"),
          at: place)
      }
      seeds.append(seed)
    }
    return (seeds, member.place)
  }

  /// What all tools know, and only that, says which model.
  fileprivate func models(
    _ member: SweepNode.Member, _ tools: ToolTable
  ) throws(SweepError) -> [SweepFile.Entry] {
    let shared = tools[.recovery].flags.filter { flag in
      SweepStage.allCases.allSatisfy { tools[$0][flag.name] != nil }
    }
    let flags = ToolFlags(tool: "models", version: "", flags: shared)
    let entries = try entries(member, flags: flags, reserved: Reserved.models)
    for entry in entries {
      if entry.settings["model"] == nil {
        throw error(.missingKey("model", of: "models.\(entry.name)"), at: entry.settings.place)
      }
      if let axis = entry.settings.axes.first {
        throw error(
          .wrongKind(
            key: axis.key, expected: "a single value (each model has its own name)", found: "a list"
          ),
          at: axis.values[0].place)
      }
    }
    return entries
  }

  fileprivate func attacks(
    _ member: SweepNode.Member, _ tools: ToolTable
  ) throws(SweepError) -> [SweepFile.Entry] {
    let entries = try entries(member, flags: tools[.attack], reserved: Reserved.seeded)
    for entry in entries
    where entry.name == SweepFile.noAttack && !entry.settings.settings.isEmpty {
      throw error(
        .invalidValue(
          key: "attacks.none", value: "a map with keys", allowed: "{}: it leaves the model as it is"
        ),
        at: entry.settings.settings[0].place)
    }
    return entries
  }

  private func entries(
    _ member: SweepNode.Member, flags: ToolFlags, reserved: [String: String]
  ) throws(SweepError) -> [SweepFile.Entry] {
    guard let members = member.value.map else {
      throw error(
        .wrongKind(key: member.key, expected: "a map of names", found: member.value.kind),
        at: member.value.place)
    }
    if members.isEmpty { throw error(.empty(member.key), at: member.value.place) }
    var entries: [SweepFile.Entry] = []
    for entry in members {
      let name = try name(entry, of: member.key)
      entries.append(
        SweepFile.Entry(
          name: name,
          settings: try settings(
            entry.value, of: "\(member.key).\(name)", flags: flags, reserved: reserved)))
    }
    return entries
  }

  fileprivate func recoveries(
    _ member: SweepNode.Member, _ tools: ToolTable
  ) throws(SweepError) -> [SweepSettings] {
    let nodes = member.value.list ?? [member.value]
    if nodes.isEmpty { throw error(.empty(member.key), at: member.value.place) }
    var recoveries: [SweepSettings] = []
    for (index, node) in nodes.enumerated() {
      let owner = "recoveries[\(index)]"
      let entry = try settings(
        node, of: owner, flags: tools[.recovery], reserved: Reserved.seeded)
      for key in ["example", "subspace"] where entry[key] == nil {
        throw error(.missingKey(key, of: owner), at: node.place)
      }
      recoveries.append(entry)
    }
    return recoveries
  }

  /// A stage that treats all models alike: no label tells what its cells would differ in.
  fileprivate func single(
    _ member: SweepNode.Member, _ tool: ToolFlags, reserved: [String: String]
  ) throws(SweepError) -> SweepSettings {
    let settings = try settings(member.value, of: member.key, flags: tool, reserved: reserved)
    if let axis = settings.axes.first {
      throw error(
        .wrongKind(
          key: axis.key, expected: "a single value (all models are treated alike)", found: "a list"),
        at: axis.values[0].place)
    }
    return settings
  }
}
