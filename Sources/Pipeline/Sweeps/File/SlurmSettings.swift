/// What a sweep asks of Slurm: the `slurm` of its file, and what flags change of that.
package struct SlurmSettings: Sendable, Equatable {
  /// Keys that become options of `sbatch` as they are.
  static let options = [
    "account", "constraint", "cpus-per-task", "gres", "mem", "nice", "partition", "qos",
    "reservation", "time",
  ]
  /// All keys.
  static let keys = options + ["margin", "options", "tasks"]
  /// What the engine sets itself: long names, and the short ones that there are.
  static let reserved = [
    "array": "a", "chdir": "D", "comment": "", "dependency": "d", "error": "e", "job-name": "J",
    "no-requeue": "", "open-mode": "", "output": "o", "parsable": "", "requeue": "", "signal": "",
    "test-only": "", "wait": "W", "wrap": "",
  ]

  /// Why a value is none.
  struct Refusal: Error {
    let allowed: String
  }

  /// Options of `sbatch` with their values, by name.
  package private(set) var values: [String: String] = [:]
  /// Tasks of each array; nil where the engine decides.
  package private(set) var tasks: Int?
  /// Seconds before the time limit at which a task begins no more cells; nil where the engine decides.
  package private(set) var chosenMargin: Int?
  /// Other options as they stand.
  package private(set) var extra: [String] = []

  /// Nothing but the cluster's own defaults.
  package init() {}

  /// Takes a value.
  ///
  /// - Parameters:
  ///   - key: One of `keys`.
  ///   - text: The value; one of several of `options`.
  /// - Throws: `Refusal`.
  mutating func set(_ key: String, _ text: String) throws(Refusal) {
    if text.isEmpty || text.utf8.contains(where: { $0 < 0x20 }) {
      throw Refusal(allowed: "a value on one line")
    }
    switch key {
    case "tasks": tasks = try Self.number(text, 1...100_000)
    case "margin": chosenMargin = try Self.number(text, 1...65_535)
    case "options": extra.append(try Self.option(text))
    case "cpus-per-task": values[key] = "\(try Self.number(text, 1...1024))"
    case "time":
      if SlurmTime(text) == nil {
        throw Refusal(allowed: "minutes, hours:minutes:seconds, days-hours or unlimited")
      }
      values[key] = text
    default: values[key] = text
    }
  }

  private static func number(_ text: String, _ range: ClosedRange<Int>) throws(Refusal) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw Refusal(allowed: "\(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// An option that the engine does not set itself; `sbatch` takes shortened names too.
  private static func option(_ text: String) throws(Refusal) -> String {
    guard text.hasPrefix("-"), text.contains(where: { $0 != "-" }) else {
      throw Refusal(allowed: "options of sbatch, with dashes")
    }
    let name = text.drop { $0 == "-" }.prefix { $0 != "=" && $0 != " " }
    let isReserved =
      text.hasPrefix("--")
      ? reserved.keys.contains { $0.hasPrefix(name) }
      : reserved.values.contains { !$0.isEmpty && name.hasPrefix($0) }
    if isReserved { throw Refusal(allowed: "options that sweep-ranks does not set itself") }
    return text
  }

  /// Seconds before the time limit at which a task begins no more cells: two minutes, of a short limit a
  /// quarter.
  package var margin: Int {
    if let chosenMargin { return chosenMargin }
    guard case .seconds(let limit)? = values["time"].flatMap(SlurmTime.init) else { return 120 }
    return max(1, min(120, limit / 4))
  }

  /// The words for `sbatch`.
  var words: [String] {
    values.sorted { $0.key < $1.key }.map { "--\($0.key)=\($0.value)" }
      + extra.flatMap { option -> [String] in
        // A value may stand behind a space, as on a command line.
        guard let space = option.firstIndex(of: " "), !option[..<space].contains("=") else {
          return [option]
        }
        let value = option[space...].drop { $0 == " " }
        return [String(option[..<space])] + (value.isEmpty ? [] : [String(value)])
      }
  }
}

extension SlurmSettings {
  /// Why a flag is none.
  package struct FlagFault: Error {
    package let allowed: String
  }

  /// Takes `KEY=VALUE`, which goes before what the file says.
  ///
  /// - Parameter text: The value of a flag.
  /// - Throws: `FlagFault`.
  package mutating func set(flag text: String) throws(FlagFault) {
    guard let equals = text.firstIndex(of: "=") else { throw FlagFault(allowed: "KEY=VALUE") }
    let key = String(text[..<equals])
    guard Self.keys.contains(key) else {
      throw FlagFault(
        allowed: "one of \(Self.keys.joined(separator: ", ")), an equals sign, a value")
    }
    do {
      try set(key, String(text[text.index(after: equals)...]))
    } catch {
      throw FlagFault(allowed: error.allowed)
    }
  }
}

extension SweepReader {
  func slurm(_ node: SweepNode) throws(SweepError) -> SlurmSettings {
    var settings = SlurmSettings()
    for member in try members(node, of: "slurm", known: SlurmSettings.keys) {
      let values =
        member.key == "options"
        ? try texts(member.value, member.key)
        : [(try text(member.value, member.key), member.value.place)]
      for (text, place) in values {
        do throws(SlurmSettings.Refusal) {
          try settings.set(member.key, text)
        } catch {
          throw self.error(
            .invalidValue(key: member.key, value: text, allowed: error.allowed), at: place)
        }
      }
    }
    return settings
  }
}
