/// Repetitions: the minimum is written out, the rest becomes a loop or nested options.
extension RegexCompiler {
  mutating func append(
    _ node: RegexNode, repeated repetition: RegexRepetition
  ) throws(RegexError) {
    if case .set(let set) = node, repetition.preference != .lazy {
      return try append(set, repeated: repetition)
    }
    if repetition.preference == .possessive {
      var greedy = repetition
      greedy.preference = .greedy
      return try append(atomic: .repetition(node, greedy))
    }
    try append(node, times: repetition.minimum)
    guard let maximum = repetition.maximum else {
      return try append(node, anyTimesLazily: repetition.preference == .lazy)
    }
    try append(
      node, upTo: maximum - repetition.minimum, lazily: repetition.preference == .lazy)
  }

  /// One set needs no frame for each turn: a loop instruction counts.
  private mutating func append(
    _ set: ScalarSet, repeated repetition: RegexRepetition
  ) throws(RegexError) {
    try append(.set(set), times: repetition.minimum)
    let maximum = repetition.maximum.map { $0 - repetition.minimum } ?? .max
    guard maximum > 0 else { return }
    let set = index(of: set)
    try emit(
      repetition.preference == .possessive
        ? .possessiveLoop(set: set, maximum: maximum, choice: newChoice())
        : .loop(set: set, maximum: maximum, choice: newChoice()))
  }

  private mutating func append(_ node: RegexNode, times count: Int) throws(RegexError) {
    for _ in 0..<count {
      let start = instructions.count
      try append(node)
      if instructions.count == start { return }
    }
  }

  private mutating func append(_ node: RegexNode, anyTimesLazily lazy: Bool) throws(RegexError) {
    let start = try emitPlaceholder()
    try append(node)
    try emit(.jump(start))
    replace(start, by: split(into: start + 1, orPast: instructions.count, lazily: lazy))
  }

  private mutating func append(
    _ node: RegexNode, upTo count: Int, lazily lazy: Bool
  ) throws(RegexError) {
    var splits: [Int] = []
    for _ in 0..<count {
      splits.append(try emitPlaceholder())
      try append(node)
    }
    for start in splits {
      replace(start, by: split(into: start + 1, orPast: instructions.count, lazily: lazy))
    }
  }

  private mutating func split(
    into body: Int, orPast end: Int, lazily lazy: Bool
  ) -> RegexProgram.Instruction {
    .split(first: lazy ? end : body, second: lazy ? body : end, choice: newChoice())
  }
}
