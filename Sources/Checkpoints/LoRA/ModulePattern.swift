import OrderedJSON

/// A number for the modules whose names match: an entry of `rank_pattern` or `alpha_pattern`.
///
/// PEFT takes the key as a regular expression for the end of a name, from a dot on. Here it must be
/// a plain name, in which a dot may be escaped: an expression from a file could take for ever.
struct ModulePattern {
  private let name: String
  /// Whether the key was a plain name.
  let isLiteral: Bool
  let value: Double

  /// Whether this entry is for a module.
  func matches(_ module: String) -> Bool { isLiteral && name.isSuffixOfModule(module) }

  /// The entries of a setting, in their order: the first that matches counts.
  static func list(_ json: JSONValue, _ key: String) throws(AdapterFault) -> [ModulePattern] {
    guard let value = json[key], !value.isNull else { return [] }
    guard let members = value.objectValue?.members else {
      throw .malformedSetting(key: key, expected: "an object")
    }
    var patterns: [ModulePattern] = []
    for member in members {
      let pattern = try ModulePattern(member, key)
      // Ranks are known from the tensors as well; scales from nowhere else.
      if !pattern.isLiteral && key == "alpha_pattern" {
        throw .unsupportedSetting(key: key, value: quoted(member.key))
      }
      patterns.append(pattern)
    }
    return patterns
  }

  private init(_ member: JSONObject.Member, _ key: String) throws(AdapterFault) {
    guard let number = member.value.doubleValue, number.isFinite, abs(number) < 1e9 else {
      throw .malformedSetting(key: "\(key).\(member.key)", expected: "a number")
    }
    if key == "rank_pattern", number < 1 || number != number.rounded() {
      throw .malformedSetting(key: "\(key).\(member.key)", expected: "a positive integer")
    }
    value = number
    name = Self.unescapingDots(member.key)
    isLiteral = !name.utf8.contains { #"\^$*+?{}[]|()"#.utf8.contains($0) }
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
