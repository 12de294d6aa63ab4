import Failures

/// Where something stands in a sweep file: line and column, from 1.
package struct SweepPlace: Equatable, Sendable, Comparable {
  package let line: Int
  package let column: Int

  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  package static func < (left: SweepPlace, right: SweepPlace) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// What is wrong with a sweep file, and where.
package struct SweepError: Failure, Equatable {
  /// What is wrong.
  package enum Cause: Equatable, Sendable {
    /// The file itself cannot be read.
    case file(reason: String, FailureKind)
    /// The text is no YAML.
    case malformed(String)
    /// A name for a part of the text, or a use of one.
    case alias
    /// More levels, lists or maps than any sweep has.
    case tooComplex(String)
    /// A key that stands twice in one map.
    case repeatedKey(String)
    /// A key that nothing has; the nearest that there is, if any is near.
    case unknownKey(String, of: String, nearest: String?)
    /// A key that is set elsewhere.
    case reservedKey(String, of: String, by: String)
    /// Something that must be there is not.
    case missingKey(String, of: String)
    /// A value of the wrong kind.
    case wrongKind(key: String, expected: String, found: String)
    /// A list with nothing in it.
    case empty(String)
    /// A value that cannot be.
    case invalidValue(key: String, value: String, allowed: String)
    /// What the tool says of a value.
    case refused(tool: String, message: String)
    /// A file or folder that is not there or cannot be read.
    case input(key: String, path: String, reason: String, FailureKind)
    /// A stage asks for the output of one that there is not.
    case stageMissing(key: String, value: String, stage: String)
    /// A grid of more cells than are planned.
    case tooManyCells(String, limit: Int, largest: String, values: Int)
    /// Nothing is left to do.
    case noCells(String)
  }

  package let path: String
  package let place: SweepPlace?
  package let cause: Cause

  package init(_ cause: Cause, at place: SweepPlace?, in path: String) {
    self.cause = cause
    self.place = place
    self.path = path
  }

  package var kind: FailureKind {
    switch cause {
    case .file(_, let kind), .input(_, _, _, let kind): kind
    default: .badData
    }
  }

  /// The file, line and column, then the cause.
  package var description: String {
    let place = place.map { ":\($0.line):\($0.column)" } ?? ""
    return "\(path)\(place): \(text)"
  }

  private var text: String {
    switch cause {
    case .file(let reason, _): reason
    case .malformed(let problem): "no valid YAML: \(problem)"
    case .alias:
      "aliases and anchors (*name, &name) are not taken in a sweep file; write the value out"
    case .tooComplex(let what): "has \(what)"
    case .repeatedKey(let key): "the key '\(key)' is there twice"
    case .unknownKey(let key, let owner, let nearest):
      "unknown key '\(key)' of \(owner)" + (nearest.map { "; did you mean '\($0)'?" } ?? "")
    case .reservedKey(let key, let owner, let setter): "'\(key)' of \(owner) is set by \(setter)"
    case .missingKey(let key, let owner): "\(owner) has no '\(key)'"
    case .wrongKind(let key, let expected, let found):
      "'\(key)' must be \(expected), and is \(found)"
    case .empty(let key): "'\(key)' is an empty list: nothing would be done"
    case .invalidValue(let key, let value, let allowed):
      "'\(key)' is '\(value)', allowed: \(allowed)"
    case .refused(let tool, let message): "\(tool): \(message)"
    case .input(let key, let path, let reason, _): "'\(key)': \(path): \(reason)"
    case .stageMissing(let key, let value, let stage):
      "'\(key)' is '\(value)', but the file has no '\(stage)'"
    case .tooManyCells(let count, let limit, let largest, let values):
      "\(count) cells, more than \(limit); the largest list is '\(largest)' with \(values) values"
    case .noCells(let reason): "nothing to do: \(reason)"
    }
  }
}
