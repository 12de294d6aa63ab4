/// Literal characters, and what they match when case makes no difference.
extension RegexParser {
  /// One character, with its case variants under `(?i)`.
  func literal(_ scalar: UInt32) -> RegexNode {
    guard options.ignoresCase else { return .scalar(scalar) }
    let variants = RegexNode.set(CaseFolding.variants(of: scalar))
    guard let expansion = CaseFolding.expansion(of: scalar) else { return variants }
    return .alternation([variants, .sequence(expansion.map { literal($0) })])
  }

  /// The longest run of plain characters that comes next under `(?i)`, or nil for less than two.
  ///
  /// Runs matter because one character can equal several: the sharp s equals `ss`.
  mutating func parseCaselessLiterals() -> [RegexNode]? {
    guard options.ignoresCase else { return nil }
    var end = position
    while end < scalars.count, Self.isPlain(scalars[end]) { end += 1 }
    // The last character may be the operand of a quantifier.
    if end < scalars.count, "*+?{".unicodeScalars.contains(where: { $0.value == scalars[end] }) {
      end -= 1
    }
    guard end - position >= 2 else { return nil }
    defer { position = end }
    return caselessRun(scalars[position..<end])
  }

  private func caselessRun(_ run: ArraySlice<UInt32>) -> [RegexNode] {
    var nodes: [RegexNode] = []
    var rest = run
    while let first = rest.first {
      let contractions = CaseFolding.contractions(startOf: rest)
      guard let longest = contractions.first?.length else {
        nodes.append(literal(first))
        rest = rest.dropFirst()
        continue
      }
      let stretch = rest.prefix(longest)
      nodes.append(
        .alternation(
          [plain(stretch)]
            + contractions.map { contraction in
              .sequence([.set(contraction.set), plain(stretch.dropFirst(contraction.length))])
            }))
      rest = rest.dropFirst(longest)
    }
    return nodes
  }

  /// The characters one by one, each with its variants.
  private func plain(_ run: ArraySlice<UInt32>) -> RegexNode {
    .sequence(run.map { literal($0) })
  }

  private static func isPlain(_ scalar: UInt32) -> Bool {
    !"\\[](){}.^$|*+?# \t\n".unicodeScalars.contains { $0.value == scalar }
  }
}
