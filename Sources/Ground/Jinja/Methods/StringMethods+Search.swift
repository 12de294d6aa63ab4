extension StringMethods {
  static let search: [String: Entry] = [
    "find": Entry(range) { (text, bound, _) throws(TemplateError) in
      .integer(try find(text, bound) ?? -1)
    },
    "rfind": Entry(range) { (text, bound, _) throws(TemplateError) in
      .integer(try find(text, bound, backwards: true) ?? -1)
    },
    "index": Entry(range) { (text, bound, _) throws(TemplateError) in
      try found(try find(text, bound))
    },
    "rindex": Entry(range) { (text, bound, _) throws(TemplateError) in
      try found(try find(text, bound, backwards: true))
    },
    "count": Entry(range) { (text, bound, _) throws(TemplateError) in
      let wanted = try bound.string(0).scalars
      return .integer(try part(of: text, bound).map { TextSearch.all(wanted, in: $0).count } ?? 0)
    },
    "startswith": Entry(range) { (text, bound, _) throws(TemplateError) in
      .bool(try hasAffix(text, bound) { $0.starts(with: $1) })
    },
    "endswith": Entry(range) { (text, bound, _) throws(TemplateError) in
      .bool(try hasAffix(text, bound) { $0.reversed().starts(with: $1.reversed()) })
    },
    "removeprefix": Entry(["prefix"]) { (text, bound, _) throws(TemplateError) in
      let (scalars, prefix) = (text.unicodeScalars, try bound.string(0).unicodeScalars)
      guard scalars.starts(with: prefix) else { return .string(text) }
      return .string(String(scalars: scalars.dropFirst(prefix.count)))
    },
    "removesuffix": Entry(["suffix"]) { (text, bound, _) throws(TemplateError) in
      let (scalars, suffix) = (text.unicodeScalars, try bound.string(0).unicodeScalars)
      guard scalars.reversed().starts(with: suffix.reversed()) else { return .string(text) }
      return .string(String(scalars: scalars.dropLast(suffix.count)))
    },
    "replace": Entry(["old", "new", "count"]) { (text, bound, interpreter) throws(TemplateError) in
      let count = try bound.integer(2, default: -1)
      return .string(
        try text.replacing(
          try bound.string(0), with: try bound.string(1), limit: count < 0 ? .max : count,
          interpreter.budget))
    },
  ]

  private static let range = ["sub", "start", "end"]

  private static func subrange(
    _ bound: BoundArguments, count: Int
  ) throws(TemplateError) -> Subrange {
    Subrange(start: try bound.optionalInteger(1), end: try bound.optionalInteger(2), count: count)
  }

  /// The part of the text that the arguments choose; nil where it starts behind its end.
  private static func part(
    of text: String, _ bound: BoundArguments
  ) throws(TemplateError) -> [Unicode.Scalar]? {
    let scalars = text.scalars
    let range = try subrange(bound, count: scalars.count)
    return range.start <= range.end ? Array(scalars[range.indices]) : nil
  }

  private static func find(
    _ text: String, _ bound: BoundArguments, backwards: Bool = false
  ) throws(TemplateError) -> Int? {
    let wanted = try bound.string(0).scalars
    guard let part = try part(of: text, bound) else { return nil }
    let start = try subrange(bound, count: text.unicodeScalars.count).start
    guard backwards else { return TextSearch.find(wanted, in: part).map { $0 + start } }
    return TextSearch.find(wanted.reversed(), in: part.reversed()).map {
      start + part.count - $0 - wanted.count
    }
  }

  private static func found(_ index: Int?) throws(TemplateError) -> Value {
    guard let index else { throw TemplateError(.invalidOperation("substring not found")) }
    return .integer(index)
  }

  /// `startswith` and `endswith` take one string, or a tuple of which any may fit.
  private static func hasAffix(
    _ text: String, _ bound: BoundArguments,
    _ test: ([Unicode.Scalar], [Unicode.Scalar]) -> Bool
  ) throws(TemplateError) -> Bool {
    let affixes: [Value]
    if case .tuple(let sequence) = try bound.required(0) {
      affixes = sequence.elements
    } else {
      affixes = [.string(try bound.string(0))]
    }
    let part = try part(of: text, bound)
    for affix in affixes {
      guard let affix = affix.stringValue else {
        throw TemplateError(
          .invalidOperation("tuple for startswith must only contain str, not \(affix.typeName)"))
      }
      if let part, test(part, affix.scalars) { return true }
    }
    return false
  }
}

extension String {
  /// `str.replace`, paid for before it is made.
  func replacing(
    _ old: String, with new: String, limit: Int, _ budget: Budget
  ) throws(TemplateError) -> String {
    if old.isEmpty { return try inserting(new, limit: limit, budget) }
    // Bytes will do: where a whole scalar begins shows in UTF-8.
    let (bytes, pattern, content) = (Array(utf8), Array(old.utf8), Array(new.utf8))
    let positions = TextSearch.all(pattern, in: bytes, limit: limit)
    try budget.allocate(bytes.count)
    try budget.allocate(content.count, times: positions.count)
    var output: [UInt8] = []
    var end = 0
    for position in positions {
      output += bytes[end..<position]
      output += content
      end = position + pattern.count
    }
    output += bytes[end...]
    return String(decoding: output, as: UTF8.self)
  }

  /// `str.replace` of nothing: something before each scalar and at the end.
  private func inserting(
    _ new: String, limit: Int, _ budget: Budget
  ) throws(TemplateError) -> String {
    var output = BoundedText(budget)
    for (index, scalar) in (scalars.map(Optional.some) + [nil]).enumerated() {
      if index < limit { try output.append(new) }
      if let scalar { try output.append(CollectionOfOne(scalar)) }
    }
    return output.text
  }
}
