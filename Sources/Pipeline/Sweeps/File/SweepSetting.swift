/// A key of a stage with its values, of which each point of the grid has one.
package struct SweepSetting: Sendable {
  /// One value.
  package struct Value: Sendable {
    /// What the flag is given: one text, several where it repeats, none where it is set alone.
    package let texts: [String]
    /// Whether the flag is given at all.
    package let isGiven: Bool
    package let place: SweepPlace

    /// As labels and conditions write it.
    package var text: String { isGiven ? texts.joined(separator: ",") : "false" }
  }

  package let flag: ToolFlag
  package let place: SweepPlace
  /// One value at least; more of them are an axis.
  package let values: [Value]

  /// The name of the flag.
  package var key: String { flag.name }
}

extension SweepSetting {
  /// Reads the value of a key.
  ///
  /// A list is an axis where the flag takes one value; where it repeats, or takes a list with commas, it is
  /// one value, and a list of lists is an axis.
  init(_ member: SweepNode.Member, of flag: ToolFlag, in path: String) throws(SweepError) {
    let places = member.value.list.map { list in list.map(\.place) } ?? [member.value.place]
    var values: [Value] = []
    var known: Set<[String]> = []
    for (node, place) in zip(try Self.axis(member, of: flag, path), places) {
      let value = try Self.value(node, member.key, of: flag, path)
      let normalized = value.texts.map(flag.normalized)
      if !known.insert(flag.takesValue ? normalized : ["\(value.isGiven)"]).inserted {
        throw SweepError(
          .invalidValue(key: member.key, value: value.text, allowed: "each value once"), at: place,
          in: path)
      }
      values.append(value)
    }
    self.init(flag: flag, place: member.place, values: values)
  }

  private static func axis(
    _ member: SweepNode.Member, of flag: ToolFlag, _ path: String
  ) throws(SweepError) -> [SweepNode] {
    guard let list = member.value.list else { return [member.value] }
    if list.isEmpty { throw SweepError(.empty(member.key), at: member.value.place, in: path) }
    let takesSeveral = flag.takesValue && (flag.isRepeating || flag.takesList)
    return takesSeveral && !list.contains { $0.list != nil } ? [member.value] : list
  }

  private static func value(
    _ node: SweepNode, _ key: String, of flag: ToolFlag, _ path: String
  ) throws(SweepError) -> Value {
    guard flag.takesValue else {
      guard let isGiven = node.bool else {
        throw SweepError(
          .wrongKind(key: key, expected: "true or false", found: node.text ?? node.kind),
          at: node.place, in: path)
      }
      return Value(texts: [], isGiven: isGiven, place: node.place)
    }
    let takesSeveral = flag.isRepeating || flag.takesList
    let nodes = takesSeveral ? node.list ?? [node] : [node]
    if nodes.isEmpty { throw SweepError(.empty(key), at: node.place, in: path) }
    var texts: [String] = []
    for element in nodes {
      guard let text = element.text, !text.utf8.contains(0) else {
        throw SweepError(
          .wrongKind(
            key: key, expected: takesSeveral ? "a value or a list of values" : "a single value",
            found: element.kind),
          at: element.place, in: path)
      }
      texts.append(text)
    }
    return Value(
      texts: flag.takesList ? [texts.joined(separator: ",")] : texts, isGiven: true,
      place: node.place)
  }
}

/// The settings of one entry of a stage: a grid.
package struct SweepSettings: Sendable {
  package let settings: [SweepSetting]
  package let place: SweepPlace

  package subscript(key: String) -> SweepSetting? { settings.first { $0.key == key } }

  /// The keys that have more than one value.
  var axes: [SweepSetting] { settings.filter { $0.values.count > 1 } }

  /// Points of the grid; nil when an `Int` does not hold them.
  package var count: Int? {
    settings.reduce(1) { count, setting in
      guard let (product, overflow) = count?.multipliedReportingOverflow(by: setting.values.count),
        !overflow
      else { return nil }
      return product
    }
  }

  /// A point of the grid: of each key one value.
  typealias Point = [(setting: SweepSetting, value: SweepSetting.Value)]

  /// The first of all points, without making the others: there may be more of them than memory holds.
  var first: Point { settings.map { ($0, $0.values[0]) } }

  /// All points, the last key changing fastest.
  var points: [Point] {
    settings.reduce([[]]) { points, setting in
      points.flatMap { point in setting.values.map { point + [(setting, $0)] } }
    }
  }
}
