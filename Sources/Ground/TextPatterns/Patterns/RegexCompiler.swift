/// Turns the tree of a regular expression into instructions.
struct RegexCompiler {
  private static let instructionLimit = 100_000

  private(set) var instructions: [RegexProgram.Instruction] = []
  private(set) var tables: [ScalarTable] = []
  private(set) var choiceCount = 0
  private(set) var needsWord = false
  private var sets: [ScalarSet] = []

  /// Adds an instruction; the limit keeps nested intervals from multiplying without bound.
  mutating func emit(_ instruction: RegexProgram.Instruction) throws(RegexError) {
    guard instructions.count < Self.instructionLimit else {
      throw RegexError("it is too large when its intervals are written out")
    }
    instructions.append(instruction)
  }

  mutating func append(_ node: RegexNode) throws(RegexError) {
    switch node {
    case .empty: break
    case .set(let set): try append(set)
    case .sequence(let nodes): for node in nodes { try append(node) }
    case .alternation(let nodes): try append(firstOf: nodes)
    case .repetition(let node, let repetition): try append(node, repeated: repetition)
    case .atomic(let node): try append(atomic: node)
    case .lookaround(let node, ahead: true, let negated): try append(ahead: node, negated: negated)
    case .lookaround(let node, ahead: false, let negated):
      try append(behind: node, negated: negated)
    case .assertion(let assertion):
      needsWord = needsWord || assertion == .wordBoundary || assertion == .noWordBoundary
      try emit(.assertion(assertion))
    }
  }

  private mutating func append(_ set: ScalarSet) throws(RegexError) {
    guard let scalar = set.onlyScalar else { return try emit(.set(index(of: set))) }
    for byte in String(scalar).utf8 { try emit(.byte(byte)) }
  }

  private mutating func append(firstOf nodes: [RegexNode]) throws(RegexError) {
    var exits: [Int] = []
    for node in nodes.dropLast() {
      let split = try emitPlaceholder()
      try append(node)
      exits.append(try emitPlaceholder())
      replace(split, by: .split(first: split + 1, second: instructions.count, choice: newChoice()))
    }
    if let last = nodes.last { try append(last) }
    for exit in exits { replace(exit, by: .jump(instructions.count)) }
  }

  mutating func append(atomic node: RegexNode) throws(RegexError) {
    let start = try emitPlaceholder()
    try append(node)
    try emit(.accept)
    replace(start, by: .atomic(end: instructions.count))
  }

  // MARK: Lookaround

  private mutating func append(ahead node: RegexNode, negated: Bool) throws(RegexError) {
    if case .set(let set) = node {
      return try emit(.peek(set: index(of: set), negated: negated))
    }
    try append(look: node, back: 0, negated: negated)
  }

  /// The branches of a lookbehind may differ in length, so each becomes one of its own.
  private mutating func append(behind node: RegexNode, negated: Bool) throws(RegexError) {
    if let length = node.fixedLength {
      return try append(look: node, back: length, negated: negated)
    }
    guard case .alternation(let nodes) = node else { return }
    let looks = nodes.map { RegexNode.lookaround($0, ahead: false, negated: negated) }
    try append(negated ? .sequence(looks) : .alternation(looks))
  }

  private mutating func append(look node: RegexNode, back: Int, negated: Bool) throws(RegexError) {
    let start = try emitPlaceholder()
    try append(node)
    try emit(.accept)
    replace(start, by: .look(end: instructions.count, back: back, negated: negated))
  }

  // MARK: Parts

  /// Adds an instruction to be replaced when it is known where it leads.
  mutating func emitPlaceholder() throws(RegexError) -> Int {
    try emit(.fail)
    return instructions.count - 1
  }

  mutating func replace(_ position: Int, by instruction: RegexProgram.Instruction) {
    instructions[position] = instruction
  }

  /// A number for an instruction that can be gone back to.
  mutating func newChoice() -> Int {
    defer { choiceCount += 1 }
    return choiceCount
  }

  /// The number of a set; equal sets share a table.
  mutating func index(of set: ScalarSet) -> Int {
    if let index = sets.firstIndex(of: set) { return index }
    sets.append(set)
    tables.append(ScalarTable(set))
    return sets.count - 1
  }
}
