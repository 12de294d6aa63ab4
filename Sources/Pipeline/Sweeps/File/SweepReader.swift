import Failures

/// What the readers of parts of a sweep file share: maps of known keys, names, whole numbers.
struct SweepReader {
  let path: String

  func error(_ cause: SweepError.Cause, at place: SweepPlace?) -> SweepError {
    SweepError(cause, at: place, in: path)
  }

  /// The members of a map whose keys are known.
  func members(
    _ node: SweepNode, of owner: String, known: [String]
  ) throws(SweepError) -> [SweepNode.Member] {
    guard let members = node.map else {
      if node.isNull { return [] }
      throw error(.wrongKind(key: owner, expected: "a map", found: node.kind), at: node.place)
    }
    for member in members where !known.contains(member.key) {
      throw unknown(member, of: owner, known: known)
    }
    return members
  }

  func unknown(_ member: SweepNode.Member, of owner: String, known: [String]) -> SweepError {
    error(
      .unknownKey(member.key, of: owner, nearest: nearest(to: member.key, in: known)),
      at: member.place)
  }

  /// A single value.
  func text(_ node: SweepNode, _ key: String) throws(SweepError) -> String {
    guard let text = node.text, !text.utf8.contains(0) else {
      throw error(
        .wrongKind(key: key, expected: "a single value", found: node.kind), at: node.place)
    }
    return text
  }

  /// A single value, or a list of some.
  func texts(
    _ node: SweepNode, _ key: String
  ) throws(SweepError) -> [(text: String, place: SweepPlace)] {
    guard let list = node.list else { return [(try text(node, key), node.place)] }
    if list.isEmpty { throw error(.empty(key), at: node.place) }
    var texts: [(text: String, place: SweepPlace)] = []
    for element in list { texts.append((try text(element, key), element.place)) }
    return texts
  }

  /// Names stand in labels, between slashes, commas and equals signs.
  func name(_ text: String, _ key: String, at place: SweepPlace) throws(SweepError) -> String {
    let isGood = text.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0.value != 0x7F && !"/,=:*?[]\\".unicodeScalars.contains($0)
    }
    guard isGood, !text.isEmpty else {
      throw error(
        .invalidValue(
          key: key, value: text, allowed: "a name without spaces and any of / , = : * ? [ ] \\"),
        at: place)
    }
    return text
  }

  /// The settings of an entry.
  ///
  /// - Parameters:
  ///   - node: A map.
  ///   - owner: For messages.
  ///   - flags: What may stand in it.
  ///   - reserved: Flags that are set elsewhere, and where.
  ///   - others: Keys that were read already.
  /// - Returns: The settings in the order of the file.
  /// - Throws: `SweepError`.
  func settings(
    _ node: SweepNode, of owner: String, flags: ToolFlags, reserved: [String: String],
    others: [String] = []
  ) throws(SweepError) -> SweepSettings {
    let known = flags.flags.map(\.name).filter { reserved[$0] == nil } + others
    guard let members = node.map else {
      if node.isNull { return SweepSettings(settings: [], place: node.place) }
      throw error(.wrongKind(key: owner, expected: "a map", found: node.kind), at: node.place)
    }
    var settings: [SweepSetting] = []
    for member in members {
      if let setter = reserved[member.key] {
        throw error(.reservedKey(member.key, of: owner, by: setter), at: member.place)
      }
      guard let flag = flags[member.key] else {
        throw unknown(member, of: owner, known: known)
      }
      settings.append(try SweepSetting(member, of: flag, in: path))
    }
    return SweepSettings(settings: settings, place: node.place)
  }
}
