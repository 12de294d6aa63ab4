import Files

/// A sweep file, read and checked against the flags of the tools; no input has been looked at yet.
package struct SweepFile: Sendable {
  /// A model, an attack, or one of the spectra, recoveries or evaluations.
  package struct Entry: Sendable {
    /// Empty for one that has none.
    package let name: String
    package let settings: SweepSettings
    /// What it is for; empty for everything.
    package let conditions: [SweepCondition]
  }

  /// The file as it was named.
  package let path: String
  package let name: String
  package let seeds: [Int]
  package let seedsPlace: SweepPlace?
  package let models: [Entry]
  package let attacks: [Entry]
  package let spectra: [Entry]
  package let recoveries: [Entry]
  package let evaluations: [Entry]
  package let exclude: [SweepCondition]
  package let include: [SweepCondition]
  package let slurm: SlurmSettings?
  /// Keys that the cells differ in.
  let contexts: SweepContexts

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
      } ?? [
        Entry(
          name: Self.noAttack, settings: SweepSettings(settings: [], place: root.place),
          conditions: [])
      ]
    var contexts = SweepContexts(models: self.models, attacks: attacks, seeds: seeds)
    spectra = try reader.list(
      parts["spectra"], tools[.spectra], reserved: Reserved.spectra, contexts, isGrid: false)
    recoveries = try reader.list(
      parts["recoveries"], tools[.recovery], reserved: Reserved.seeded, contexts, isGrid: true,
      required: ["example", "subspace"])
    contexts.add(recoveries)
    self.contexts = contexts
    evaluations = try reader.list(
      parts["evaluation"], tools[.evaluation], reserved: Reserved.evaluation, contexts,
      isGrid: false)
    slurm = try parts["slurm"].map { member throws(SweepError) in try reader.slurm(member.value) }
    exclude = try reader.conditions(parts["exclude"], contexts)
    include = try reader.conditions(parts["include"], contexts)
    if spectra.isEmpty, recoveries.isEmpty, evaluations.isEmpty,
      attacks.map(\.name) == [Self.noAttack]
    {
      throw reader.error(
        .noCells("the file has no attacks, spectra, recoveries or evaluation"), at: root.place)
    }
    try requireSpectra(reader)
  }

  /// A recovery in the subspace of spectra needs them.
  private func requireSpectra(_ reader: SweepReader) throws(SweepError) {
    for setting in recoveries.flatMap(\.settings.settings) where setting.takesSpectra {
      for value in setting.values {
        guard let text = value.texts.first, let choice = SpectraChoice(text) else { continue }
        if spectra.isEmpty {
          throw reader.error(
            .stageMissing(key: setting.key, value: text, stage: "spectra"), at: value.place)
        }
        if entry(of: choice) == nil {
          let names = spectra.map { choice.withName($0.name).text }
          throw reader.error(
            .invalidValue(key: setting.key, value: text, allowed: names.joined(separator: ", ")),
            at: value.place)
        }
      }
    }
  }

  /// The spectra that a recovery chooses: those of that name, or the only ones.
  func entry(of choice: SpectraChoice) -> Entry? {
    guard let name = choice.name else { return spectra.count == 1 ? spectra[0] : nil }
    return spectra.first { $0.name == name }
  }
}

extension SweepSetting {
  /// Whether it may be the file of spectra of the sweep.
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
      let name = try name(entry.key, member.key, at: entry.place)
      entries.append(
        SweepFile.Entry(
          name: name,
          settings: try settings(
            entry.value, of: "\(member.key).\(name)", flags: flags, reserved: reserved),
          conditions: []))
    }
    return entries
  }

  /// The entries of a stage: a map, or a list of maps with names and conditions of their own.
  ///
  /// - Parameters:
  ///   - member: The stage; none has no entries.
  ///   - tool: What may stand in an entry, beside `name` and `when`.
  ///   - reserved: Flags that are set elsewhere, and where.
  ///   - contexts: What an entry may be for.
  ///   - isGrid: Whether a list is an axis.
  ///   - required: Keys that each entry has.
  /// - Returns: The entries in the order of the file.
  /// - Throws: `SweepError`.
  fileprivate func list(
    _ member: SweepNode.Member?, _ tool: ToolFlags, reserved: [String: String],
    _ contexts: SweepContexts, isGrid: Bool, required: [String] = []
  ) throws(SweepError) -> [SweepFile.Entry] {
    guard let member else { return [] }
    let nodes = member.value.list ?? [member.value]
    if nodes.isEmpty { throw error(.empty(member.key), at: member.value.place) }
    var entries: [SweepFile.Entry] = []
    for (index, node) in nodes.enumerated() {
      let owner = member.value.list == nil && !isGrid ? member.key : "\(member.key)[\(index)]"
      let (own, flags) = node.separating(SweepFile.entryKeys)
      let settings = try settings(
        flags, of: owner, flags: tool, reserved: reserved, others: SweepFile.entryKeys)
      for key in required where settings[key] == nil {
        throw error(.missingKey(key, of: owner), at: node.place)
      }
      if !isGrid, let axis = settings.axes.first {
        throw error(
          .wrongKind(
            key: axis.key, expected: "a single value (all models are treated alike)",
            found: "a list"),
          at: axis.values[0].place)
      }
      let name = try own["name"].map { member throws(SweepError) in
        try self.name(try text(member.value, "name"), "name", at: member.value.place)
      }
      // Recoveries have other names too, made of what they differ in; spectra and sets of an evaluation do not.
      if entries.contains(where: { $0.name == name ?? "" && (name != nil || !isGrid) }) {
        throw error(
          .invalidValue(
            key: "name", value: name ?? "", allowed: "another name for each of '\(member.key)'"),
          at: own["name"]?.place ?? node.place)
      }
      entries.append(
        SweepFile.Entry(
          name: name ?? "", settings: settings, conditions: try conditions(own["when"], contexts)))
    }
    return entries
  }
}

extension SweepFile {
  /// Keys of an entry that are no flags: what it is called, and what it is for.
  static let entryKeys = ["name", "when"]
}
