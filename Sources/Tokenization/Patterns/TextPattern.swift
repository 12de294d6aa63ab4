/// What a tokenizer searches a text for.
package struct TextPattern: Sendable {
  private enum Kind: Sendable {
    case literal([UInt8])
    case scalars(ScalarTable)
    case runs([ScalarTable])
    case regex(RegexProgram)
  }

  private let kind: Kind

  /// A text, byte for byte. The empty text is found at every position.
  package init(literal: String) {
    let bytes = Array(literal.utf8)
    let everywhere = bytes.isEmpty ? try? RegexProgram("") : nil
    kind = everywhere.map { .regex($0) } ?? .literal(bytes)
  }

  /// Any single scalar of a set.
  init(scalarOf set: ScalarSet) {
    kind = .scalars(ScalarTable(set))
  }

  /// The longest stretches of scalars that are all in the same one of some disjoint sets.
  init(runsOf sets: [ScalarSet]) {
    kind = .runs(sets.map { ScalarTable($0) })
  }

  /// A regular expression.
  init(regex: String) throws(RegexError) {
    kind = .regex(try RegexProgram(regex))
  }

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

  /// All matches in a part of a text, in order and without overlap.
  func matches(in bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
    switch kind {
    case .literal(let literal): Self.occurrences(of: literal, in: bytes, range)
    case .scalars(let table): Self.scalars(of: table, in: bytes, range)
    case .runs(let tables): Self.runs(of: tables, in: bytes, range)
    case .regex(let program): Self.matches(of: program, in: bytes, range)
    }
  }

  private static func occurrences(
    of literal: [UInt8], in bytes: [UInt8], _ range: Range<Int>
  ) -> [Range<Int>] {
    var found: [Range<Int>] = []
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
    return found
  }

  private static func scalars(
    of table: ScalarTable, in bytes: [UInt8], _ range: Range<Int>
  ) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let (scalar, end) = bytes.scalar(at: position)
      if table.contains(scalar) { found.append(position..<end) }
      position = end
    }
    return found
  }

  private static func runs(
    of tables: [ScalarTable], in bytes: [UInt8], _ range: Range<Int>
  ) -> [Range<Int>] {
    var found: [Range<Int>] = []
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
    return found
  }

  /// An empty match right behind another match does not count.
  private static func matches(
    of program: RegexProgram, in bytes: [UInt8], _ range: Range<Int>
  ) -> [Range<Int>] {
    var matcher = RegexMatcher(program, bytes: bytes, range: range)
    var found: [Range<Int>] = []
    var position = range.lowerBound
    while position <= range.upperBound {
      if let end = matcher.matchEnd(from: position),
        end > position || found.last?.upperBound != position
      {
        found.append(position..<end)
        if end > position {
          position = end
          continue
        }
      }
      guard position < range.upperBound else { break }
      position = bytes.scalar(at: position).end
    }
    return found
  }
}
