/// A regular expression as a tree.
indirect enum RegexNode: Sendable {
  case empty
  case set(ScalarSet)
  case sequence([RegexNode])
  /// The first that leads to a match wins.
  case alternation([RegexNode])
  case repetition(RegexNode, RegexRepetition)
  case atomic(RegexNode)
  case lookaround(RegexNode, ahead: Bool, negated: Bool)
  case assertion(RegexAssertion)

  /// Exactly this scalar.
  static func scalar(_ value: UInt32) -> RegexNode { .set(ScalarSet([value...value])) }

  /// Whether the node can match the empty text.
  var isNullable: Bool {
    switch self {
    case .empty, .lookaround, .assertion: true
    case .set: false
    case .sequence(let nodes): nodes.allSatisfy(\.isNullable)
    case .alternation(let nodes): nodes.contains(where: \.isNullable)
    case .repetition(let node, let repetition): repetition.minimum == 0 || node.isNullable
    case .atomic(let node): node.isNullable
    }
  }

  /// How many scalars the node matches, or nil when that varies.
  var fixedLength: Int? {
    switch self {
    case .empty, .lookaround, .assertion: return 0
    case .set: return 1
    case .atomic(let node): return node.fixedLength
    case .sequence(let nodes):
      return nodes.reduce(0) { sum, node in
        guard let sum, let length = node.fixedLength else { return nil }
        let total = sum.addingReportingOverflow(length)
        return total.overflow ? nil : total.partialValue
      }
    case .alternation(let nodes):
      guard let length = nodes.first?.fixedLength else { return nil }
      // Each branch is measured once: measuring the first again would double the work a level.
      return nodes.dropFirst().allSatisfy { $0.fixedLength == length } ? length : nil
    case .repetition(let node, let repetition):
      guard repetition.minimum == repetition.maximum, let length = node.fixedLength else {
        return nil
      }
      let product = length.multipliedReportingOverflow(by: repetition.minimum)
      return product.overflow ? nil : product.partialValue
    }
  }
}

/// How often something repeats, and which count is tried first.
struct RegexRepetition: Sendable {
  /// The order in which the counts are tried.
  enum Preference: Sendable {
    case greedy, lazy, possessive
  }

  let minimum: Int
  /// The greatest count, or nil for no bound.
  let maximum: Int?
  var preference = Preference.greedy
}

/// A condition on a position.
enum RegexAssertion: Equatable, Sendable {
  case textStart, textEnd, textEndOrLastLineBreak, lineStart, lineEnd, wordBoundary, noWordBoundary
}

/// Why a pattern cannot be compiled.
package struct RegexError: Error {
  package let reason: String

  init(_ reason: String) { self.reason = reason }

  static func unsupported(_ construct: String) -> RegexError {
    RegexError("\(construct) is not supported")
  }
}
