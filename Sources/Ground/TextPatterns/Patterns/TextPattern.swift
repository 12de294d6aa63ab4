/// What a text is searched for.
package struct TextPattern: Sendable {
  private enum Kind: Sendable {
    case literal([UInt8])
    case scalars(ScalarTable)
    case runs([ScalarTable])
    case regex(RegexProgram)
  }

  private let kind: Kind
  /// What it is written as, for messages.
  package let source: String
  /// What it did beyond its bounds.
  package let excess = PatternExcess()

  /// A text, byte for byte.
  ///
  /// The empty text is found at every position.
  package init(literal: String) {
    let bytes = Array(literal.utf8)
    let everywhere = bytes.isEmpty ? try? RegexProgram("") : nil
    kind = everywhere.map { .regex($0) } ?? .literal(bytes)
    source = literal
  }

  /// Any single scalar of a set.
  package init(scalarOf set: ScalarSet) {
    kind = .scalars(ScalarTable(set))
    source = ""
  }

  /// The longest stretches of scalars that are all in the same one of some disjoint sets.
  package init(runsOf sets: [ScalarSet]) {
    kind = .runs(sets.map { ScalarTable($0) })
    source = ""
  }

  /// A regular expression.
  package init(regex: String) throws(RegexError) {
    kind = .regex(try RegexProgram(regex))
    source = regex
  }

  /// How many times longer replacing every match can make a text, at most.
  package func growth(replacingBy content: [UInt8]) -> Double {
    let shortestMatch =
      switch kind {
      case .literal(let literal): literal.count
      case .scalars, .runs: 1
      case .regex(let program): program.isNullable ? 0 : 1
      }
    // An empty match stands between any two bytes.
    if shortestMatch == 0 { return Double(1 + content.count) }
    return max(1, Double(content.count) / Double(shortestMatch))
  }

  /// All matches in a part of a text, in order and without overlap.
  package func matches(in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    appendMatches(in: bytes, range, to: &found)
    return found
  }

  /// Appends all matches in a part of a text, in order and without overlap.
  ///
  /// As in the `tokenizers` library, nothing is found in an empty part, not even the empty text.
  package func appendMatches(in bytes: [UInt8], _ range: Range<Int>, to found: inout [Range<Int>]) {
    if range.isEmpty { return }
    switch kind {
    case .literal(let literal): Self.append(literal, bytes, range, &found)
    case .scalars(let table): Self.append(scalarsOf: table, bytes, range, &found)
    case .runs(let tables): Self.append(runsOf: tables, bytes, range, &found)
    case .regex(let program): append(matchesOf: program, bytes, range, &found)
    }
  }

  private static func append(
    _ literal: [UInt8], _ bytes: [UInt8], _ range: Range<Int>, _ found: inout [Range<Int>]
  ) {
    var position = range.lowerBound
    while position + literal.count <= range.upperBound {
      let end = position + literal.count
      if bytes[position] == literal[0], bytes[position..<end].elementsEqual(literal) {
        found.append(position..<end)
        position = end
      } else {
        position += 1
      }
    }
  }

  private static func append(
    scalarsOf table: ScalarTable, _ bytes: [UInt8], _ range: Range<Int>,
    _ found: inout [Range<Int>]
  ) {
    var position = range.lowerBound
    while position < range.upperBound {
      let (scalar, end) = bytes.scalar(at: position)
      if table.contains(scalar) { found.append(position..<end) }
      position = end
    }
  }

  private static func append(
    runsOf tables: [ScalarTable], _ bytes: [UInt8], _ range: Range<Int>,
    _ found: inout [Range<Int>]
  ) {
    var previous: Int?
    var position = range.lowerBound
    while position < range.upperBound {
      let (scalar, end) = bytes.scalar(at: position)
      let table = tables.firstIndex { $0.contains(scalar) }
      if table != nil, table == previous, let last = found.last {
        found[found.count - 1] = last.lowerBound..<end
      } else if table != nil {
        found.append(position..<end)
      }
      previous = table
      position = end
    }
  }

  /// An empty match right behind another match does not count.
  private func append(
    matchesOf program: RegexProgram, _ bytes: [UInt8], _ range: Range<Int>,
    _ found: inout [Range<Int>]
  ) {
    var matcher = RegexMatcher(program, bytes: bytes, range: range)
    var lastEnd: Int?
    var position = range.lowerBound
    while position <= range.upperBound {
      let end = matcher.matchEnd(from: position)
      if matcher.isExhausted {
        return excess.note("it takes more than \(SearchBudget.stepsPerByte) steps a byte of text")
      }
      if let end, end > position || lastEnd != position {
        found.append(position..<end)
        lastEnd = end
      }
      if let end, end > position {
        position = end
      } else {
        guard position < range.upperBound else { break }
        position = bytes.scalar(at: position).end
      }
    }
  }
}
