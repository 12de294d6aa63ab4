import OrderedJSON

/// A number for the modules whose names match: an entry of `rank_pattern` or `alpha_pattern`.
///
/// PEFT takes the key as a regular expression for a name, or for the end of one from a dot on
/// (`get_pattern_key`).
struct ModulePattern {
  /// The key as it was given.
  let key: String
  let value: Double
  private let form: Form

  private enum Form {
    /// A plain name, in which a dot may have been escaped; what adapters of many ranks are full of.
    case name(String)
    case expression(NamePattern)
  }

  /// Whether this entry is for a module.
  func matches(_ module: String) -> Bool {
    switch form {
    case .name(let name): name.isSuffixOfModule(module)
    case .expression(let pattern): pattern.matches(module)
    }
  }

  /// The entries of a setting, in their order: the first that matches counts.
  static func list(_ json: JSONValue, _ key: String) throws(AdapterFault) -> [ModulePattern] {
    guard let value = json[key], !value.isNull else { return [] }
    guard let members = value.objectValue?.members else {
      throw .malformedSetting(key: key, expected: "an object")
    }
    var patterns: [ModulePattern] = []
    for member in members { patterns.append(try ModulePattern(member, key)) }
    return patterns
  }

  private init(_ member: JSONObject.Member, _ setting: String) throws(AdapterFault) {
    guard let number = member.value.doubleValue, number.isFinite, abs(number) < 1e9 else {
      throw .malformedSetting(key: "\(setting).\(member.key)", expected: "a number")
    }
    if setting == "rank_pattern", number < 1 || number != number.rounded() {
      throw .malformedSetting(key: "\(setting).\(member.key)", expected: "a positive integer")
    }
    key = member.key
    value = number
    let name = Self.unescapingDots(member.key)
    let isPlain = !name.utf8.contains { #"\^$*+?{}[]|()"#.utf8.contains($0) }
    form =
      isPlain
      ? .name(name)
      : .expression(try NamePattern(member.key, setting: setting, fromDot: true))
  }

  private static func unescapingDots(_ key: String) -> String {
    var bytes: [UInt8] = []
    for byte in key.utf8 {
      if byte == UInt8(ascii: "."), bytes.last == UInt8(ascii: "\\") { bytes.removeLast() }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  /// Whether this is the name of a module or the end of it after a dot.
  func isSuffixOfModule(_ module: String) -> Bool {
    let (end, whole) = (Array(utf8), Array(module.utf8))
    guard whole.count > end.count else { return whole == end }
    return whole.suffix(end.count).elementsEqual(end)
      && whole[whole.count - end.count - 1] == UInt8(ascii: ".")
  }
}
