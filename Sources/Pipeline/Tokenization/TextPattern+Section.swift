import TextPatterns

extension TextPattern {
  /// The pattern of a JSON section: `{"String": ...}` or `{"Regex": ...}`.
  init(_ section: JSONSection) throws(TokenizerError) {
    if let literal = try section.optionalString("String") {
      self.init(literal: literal)
    } else {
      let text = try section.required("Regex").string()
      try self.init(regex: text, key: section.path(of: "Regex"))
    }
  }

  /// A regular expression that a member of the file holds or implies.
  init(regex: String, key: String) throws(TokenizerError) {
    do {
      try self.init(regex: regex)
    } catch {
      throw .pattern(key: key, pattern: regex, reason: error.reason)
    }
  }

  /// Refuses what could make a text so much longer that no memory holds it.
  static func check(growth: Double, _ key: String) throws(TokenizerError) {
    // Every normal form, spelling of bytes and replacement of a space together stay below it.
    let limit = 100.0
    guard growth <= limit else {
      throw .invalid(
        key: key, value: "a chain of replacements",
        reason: "it can make a text more than \(Int(limit)) times longer")
    }
  }
}
