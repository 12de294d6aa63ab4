/// A regular expression as instructions for `RegexMatcher`.
struct RegexProgram: Sendable {
  enum Instruction: Sendable {
    /// One byte of a literal.
    case byte(UInt8)
    /// One scalar of a set.
    case set(Int)
    /// As many scalars of a set as there are, up to a maximum, giving back one by one.
    case loop(set: Int, maximum: Int, choice: Int)
    /// As many scalars of a set as there are, up to a maximum, giving back none.
    case possessiveLoop(set: Int, maximum: Int, choice: Int)
    /// Goes to `first`, and to `second` when that fails.
    case split(first: Int, second: Int, choice: Int)
    case jump(Int)
    /// Whether the next scalar is in a set; consumes nothing.
    case peek(set: Int, negated: Bool)
    /// The body follows and ends with `accept`; it is tried `back` scalars earlier.
    case look(end: Int, back: Int, negated: Bool)
    /// The body follows and ends with `accept`; its first match is final.
    case atomic(end: Int)
    case assertion(RegexAssertion)
    case fail
    case accept
  }

  let instructions: [Instruction]
  let sets: [ScalarTable]
  /// How many instructions have a `choice` number.
  let choiceCount: Int
  /// Whether it can match the empty text.
  let isNullable: Bool
  /// The set for word boundaries.
  let word: ScalarTable?

  /// Remembering failures takes a bit for each choice and byte of text.
  private static let choiceLimit = 1_000

  /// Compiles a pattern.
  init(_ pattern: String) throws(RegexError) {
    var compiler = RegexCompiler()
    let node = try RegexParser.parse(pattern)
    try compiler.append(node)
    try compiler.emit(.accept)
    guard compiler.choiceCount <= Self.choiceLimit else {
      throw RegexError("it has more than \(Self.choiceLimit) choices")
    }
    instructions = compiler.instructions
    sets = compiler.tables
    choiceCount = compiler.choiceCount
    isNullable = node.isNullable
    word = compiler.needsWord ? ScalarTable(UnicodeProperty.wordOutsideClass) : nil
  }
}
