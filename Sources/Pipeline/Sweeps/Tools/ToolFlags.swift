import OrderedJSON

/// The flags of a tool, as the tool itself tells them.
///
/// swift-argument-parser answers `TOOL --experimental-dump-help` with all of them in JSON, so that there
/// is one table and nothing that could say something else.
package struct ToolFlags: Sendable, Equatable {
  /// Name of the executable.
  package let tool: String
  /// What it answers to `--version`.
  package let version: String
  /// Options and flags in the order of the help; positional arguments are left out.
  package let flags: [ToolFlag]

  package init(tool: String, version: String, flags: [ToolFlag]) {
    self.tool = tool
    self.version = version
    self.flags = flags
  }

  /// Reads what a tool answers; nil for anything else.
  ///
  /// - Parameters:
  ///   - dump: The answer.
  ///   - tool: Name of the executable.
  ///   - version: Its version.
  package init?(dump: JSONValue, tool: String, version: String) {
    guard let arguments = dump["command"]?["arguments"]?.arrayValue else { return nil }
    self.init(tool: tool, version: version, flags: arguments.compactMap(ToolFlag.init))
  }

  /// The flag of a name, without dashes.
  package subscript(name: String) -> ToolFlag? { flags.first { $0.name == name } }
}

/// A flag of a tool.
package struct ToolFlag: Sendable, Equatable {
  /// Name without dashes.
  package let name: String
  /// Whether it has a value.
  package let takesValue: Bool
  /// Whether it may be given several times.
  package let isRepeating: Bool
  /// Whether it may be left out.
  package let isOptional: Bool
  /// What the help calls its value, such as `file` or `name|file`.
  package let valueName: String
  /// What it is without being given, where the tool says so.
  package let defaultValue: String?

  package init(
    name: String, takesValue: Bool = true, isRepeating: Bool = false, isOptional: Bool = true,
    valueName: String = "text", defaultValue: String? = nil
  ) {
    self.name = name
    self.takesValue = takesValue
    self.isRepeating = isRepeating
    self.isOptional = isOptional
    self.valueName = valueName
    self.defaultValue = defaultValue
  }

  /// Reads one of the answer's arguments; nil for a positional one, and for those of the parser itself.
  init?(_ json: JSONValue) {
    guard let kind = json["kind"]?.stringValue, kind == "option" || kind == "flag",
      let names = json["names"]?.arrayValue,
      let name = names.first(where: { $0["kind"]?.stringValue == "long" })?["name"]?.stringValue,
      name != "help", name != "version"
    else { return nil }
    self.init(
      name: name, takesValue: kind == "option",
      isRepeating: json["isRepeating"]?.boolValue ?? false,
      isOptional: json["isOptional"]?.boolValue ?? true,
      valueName: json["valueName"]?.stringValue ?? name,
      defaultValue: json["defaultValue"]?.stringValue)
  }
}

/// What a value means.
extension ToolFlag {
  /// The alternatives of the value's name: `own|random|file` has three.
  private var alternatives: [Substring] { valueName.split(separator: "|") }

  /// The words in it: `file[:count]` has two.
  private func words(_ alternative: Substring) -> [Substring] {
    alternative.split { !$0.isLetter }
  }

  private static let inputNames: Set<Substring> = ["file", "folder", "path", "model"]

  /// Whether values name files or folders, or may.
  package var takesInput: Bool {
    takesValue
      && alternatives.contains { words($0).contains { Self.inputNames.contains($0) } }
  }

  /// Whether a value may be a file and how many of its lines are taken, `FILE:COUNT`.
  package var takesCount: Bool { takesInput && words(valueName[...]).contains("count") }

  /// Whether a value that names no file may be the name of something else.
  package var takesNames: Bool { alternatives.contains { ["name", "text", "url"].contains($0) } }

  /// Whether the help lists a value as it stands.
  package func lists(_ value: String) -> Bool {
    alternatives.count > 1 && !Self.inputNames.contains(value[...])
      && alternatives.contains(value[...])
  }

  /// Whether a value is a list separated by commas.
  package var takesList: Bool { valueName == "list" }

  /// Whether the name says that a value is a number.
  package var isNumber: Bool {
    [
      "alpha", "count", "length", "loss", "norm", "number", "rank", "rate", "share", "steps",
      "weight",
    ].contains(valueName)
  }

  /// A number in one way of writing it: `2e-5` and `0.00002` are the same.
  package func normalized(_ value: String) -> String {
    guard isNumber else { return value }
    if let integer = Int(value) { return "\(integer)" }
    guard let number = Double(value), number.isFinite else { return value }
    return Int(exactly: number).map { "\($0)" } ?? "\(number)"
  }
}

/// How near one word is to another: insertions, removals and changes of a letter.
func editDistance(_ first: String, _ second: String) -> Int {
  let (first, second) = (Array(first.unicodeScalars), Array(second.unicodeScalars))
  var row = Array(0...second.count)
  for (index, scalar) in first.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for column in second.indices {
      let changed = diagonal + (scalar == second[column] ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(changed, row[column] + 1, row[column + 1] + 1)
    }
  }
  return row[second.count]
}

/// The name that was probably meant, or nil.
func nearest(to name: String, in names: some Sequence<String>) -> String? {
  let name = String(name.prefix(64))
  let limit = max(2, name.count / 3)
  return names.map { (name: $0, distance: editDistance(name, $0)) }
    .filter { $0.distance <= limit }
    .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}
