/// A value of a sweep file and where it stands.
package struct SweepNode: Sendable {
  /// A member of a map.
  package struct Member: Sendable {
    package let key: String
    package let place: SweepPlace
    package let value: SweepNode
  }

  package indirect enum Value: Sendable {
    /// A text as it is written; `isPlain` when it has no quotes.
    case scalar(String, isPlain: Bool)
    case list([SweepNode])
    case map([Member])
  }

  package let value: Value
  package let place: SweepPlace

  /// What it is, in words.
  package var kind: String {
    switch value {
    case .scalar(_, _) where isNull: "empty"
    case .scalar: "a single value"
    case .list: "a list"
    case .map: "a map"
    }
  }

  /// Whether it is YAML's null.
  package var isNull: Bool {
    if case .scalar(let text, isPlain: true) = value {
      ["", "~", "null", "Null", "NULL"].contains(text)
    } else {
      false
    }
  }

  /// A text, which null is none of.
  package var text: String? {
    if case .scalar(let text, _) = value, !isNull { text } else { nil }
  }

  /// Yes or no, as YAML 1.2 writes them.
  package var bool: Bool? {
    guard case .scalar(let text, isPlain: true) = value else { return nil }
    return switch text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  package var list: [SweepNode]? { if case .list(let nodes) = value { nodes } else { nil } }

  package var map: [Member]? { if case .map(let members) = value { members } else { nil } }

  /// The members of a map that have some keys, and the map without them; what is no map is left alone.
  func separating(_ keys: [String]) -> (taken: [String: Member], rest: SweepNode) {
    guard let map else { return ([:], self) }
    let taken = map.filter { keys.contains($0.key) }
    let rest = map.filter { !keys.contains($0.key) }
    return (
      Dictionary(taken.map { ($0.key, $0) }) { first, _ in first },
      SweepNode(value: .map(rest), place: place)
    )
  }
}
