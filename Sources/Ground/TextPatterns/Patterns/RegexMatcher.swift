/// Runs a regular expression over UTF-8 text by backtracking.
///
/// Branches are tried in the order they are written and the first that leads to a match wins, as
/// in Oniguruma. Positions are byte offsets; nothing outside `range` is seen.
struct RegexMatcher {
  private let program: RegexProgram
  private let bytes: [UInt8]
  private let range: Range<Int>
  private var frames: [Frame] = []
  private var memory: FailureMemory
  private var budget: SearchBudget

  /// Whether the search took too many steps; it finds nothing from then on.
  var isExhausted: Bool { budget.isSpent }

  /// A choice to go back to.
  private struct Frame {
    enum Kind {
      /// Continue at `instruction`, from `low`.
      case alternative
      /// Give back one scalar of the loop that took `low..<high`, then continue behind it.
      case loop
      /// Everything above has failed: remember it for the positions from `low` to `high`.
      case record
    }

    let kind: Kind
    let instruction: Int
    let low: Int
    var high: Int
  }

  init(_ program: RegexProgram, bytes: [UInt8], range: Range<Int>) {
    self.program = program
    self.bytes = bytes
    self.range = range
    memory = FailureMemory(choiceCount: program.choiceCount, range: range)
    budget = SearchBudget(
      byteCount: range.count, instructionCount: program.instructions.count)
  }

  /// Where the match that begins at a position ends, or nil when none begins there.
  mutating func matchEnd(from start: Int) -> Int? {
    frames.removeAll(keepingCapacity: true)
    return run(from: 0, at: start)
  }

  /// Runs until `accept`.
  ///
  /// Lookarounds and atomic groups run their bodies in a nested call, which the depth of the
  /// pattern bounds.
  private mutating func run(from first: Int, at start: Int) -> Int? {
    let base = frames.count
    var instruction = first
    var position = start
    while !budget.isSpent {
      budget.spend(1)
      if case .accept = program.instructions[instruction] {
        frames.removeSubrange(base...)
        return position
      }
      if let next = step(&instruction, position) {
        position = next
      } else if let next = backtrack(to: &instruction, above: base) {
        position = next
      } else {
        return nil
      }
    }
    return nil
  }

  /// Executes one instruction: the new position, or nil when it fails.
  @inline(__always)
  private mutating func step(_ instruction: inout Int, _ position: Int) -> Int? {
    let current = instruction
    instruction += 1
    switch program.instructions[current] {
    case .byte(let byte):
      return position < range.upperBound && bytes[position] == byte ? position + 1 : nil
    case .set(let set):
      guard position < range.upperBound else { return nil }
      let (scalar, end) = bytes.scalar(at: position)
      return program.sets[set].contains(scalar) ? end : nil
    case .loop(let set, let maximum, let choice):
      return takeLoop(at: current, position, set, maximum, choice)
    case .possessiveLoop(let set, let maximum, let choice):
      return takePossessiveLoop(at: current, position, set, maximum, choice)
    case .split(let first, let second, let choice):
      if memory.hasFailed(choice, at: position) { return nil }
      if memory.isActive { push(.record, current, position, position) }
      push(.alternative, second, position, position)
      instruction = first
      return position
    case .jump(let target):
      instruction = target
      return position
    case .peek(let set, let negated):
      return isNext(set, at: position) != negated ? position : nil
    case .look(let end, let back, let negated):
      instruction = end
      return look(from: current + 1, at: position, back: back) != negated ? position : nil
    case .atomic(let end):
      instruction = end
      return run(from: current + 1, at: position)
    case .assertion(let assertion):
      return holds(assertion, at: position) ? position : nil
    case .fail, .accept:
      return nil
    }
  }

  // MARK: Loops

  /// The end of the longest stretch of scalars of a set, up to a number of them.
  @inline(__always)
  private mutating func stretch(_ set: Int, from start: Int, maximum: Int) -> Int {
    var position = start
    var left = maximum
    while position < range.upperBound, left > 0 {
      let (scalar, end) = bytes.scalar(at: position)
      guard program.sets[set].contains(scalar) else { break }
      position = end
      left -= 1
    }
    memory.spend(position - start)
    budget.spend(position - start)
    return position
  }

  @inline(__always)
  private mutating func takeLoop(
    at instruction: Int, _ position: Int, _ set: Int, _ maximum: Int, _ choice: Int
  ) -> Int? {
    if memory.hasFailed(choice, at: position) { return nil }
    let end = stretch(set, from: position, maximum: maximum)
    if memory.isActive { pushRecord(instruction, position, end, maximum) }
    if end > position { push(.loop, instruction + 1, position, end) }
    return end
  }

  private mutating func takePossessiveLoop(
    at instruction: Int, _ position: Int, _ set: Int, _ maximum: Int, _ choice: Int
  ) -> Int? {
    if memory.hasFailed(choice, at: position) { return nil }
    let end = stretch(set, from: position, maximum: maximum)
    if memory.isActive { pushRecord(instruction, position, end, maximum) }
    return end
  }

  /// A loop without bound that fails from a position also fails from every later one it passed.
  private mutating func pushRecord(_ instruction: Int, _ low: Int, _ high: Int, _ maximum: Int) {
    push(.record, instruction, low, maximum == .max ? high : low)
  }

  // MARK: Going back

  @inline(__always)
  private mutating func push(_ kind: Frame.Kind, _ instruction: Int, _ low: Int, _ high: Int) {
    frames.append(Frame(kind: kind, instruction: instruction, low: low, high: high))
  }

  /// Takes up the latest choice: the position to continue from, or nil when there is none left.
  private mutating func backtrack(to instruction: inout Int, above base: Int) -> Int? {
    while frames.count > base {
      memory.spend(1)
      budget.spend(1)
      let top = frames.count - 1
      let frame = frames[top]
      switch frame.kind {
      case .alternative:
        frames.removeLast()
        instruction = frame.instruction
        return frame.low
      case .loop:
        let shorter = bytes.scalarStart(before: frame.high)
        if shorter > frame.low { frames[top].high = shorter } else { frames.removeLast() }
        instruction = frame.instruction
        return shorter
      case .record:
        frames.removeLast()
        record(frame)
      }
    }
    return nil
  }

  private mutating func record(_ frame: Frame) {
    switch program.instructions[frame.instruction] {
    case .loop(_, _, let choice), .possessiveLoop(_, _, let choice), .split(_, _, let choice):
      memory.record(choice, at: frame.low...frame.high)
    default: break
    }
  }

  // MARK: Conditions

  @inline(__always)
  private func isNext(_ set: Int, at position: Int) -> Bool {
    position < range.upperBound && program.sets[set].contains(bytes.scalar(at: position).value)
  }

  private mutating func look(from body: Int, at position: Int, back: Int) -> Bool {
    var start = position
    for _ in 0..<back {
      guard start > range.lowerBound else { return false }
      start = bytes.scalarStart(before: start)
    }
    return run(from: body, at: start) != nil
  }

  private func holds(_ assertion: RegexAssertion, at position: Int) -> Bool {
    let isStart = position == range.lowerBound
    let isEnd = position == range.upperBound
    return switch assertion {
    case .textStart: isStart
    case .textEnd: isEnd
    case .textEndOrLastLineBreak:
      isEnd || (position + 1 == range.upperBound && bytes[position] == 0x0a)
    case .lineStart: isStart || (bytes[position - 1] == 0x0a && !isEnd)
    case .lineEnd: isEnd || bytes[position] == 0x0a
    case .wordBoundary: isWord(before: position) != isWord(at: position)
    case .noWordBoundary: isWord(before: position) == isWord(at: position)
    }
  }

  private func isWord(at position: Int) -> Bool {
    position < range.upperBound && isWordScalar(at: position)
  }

  private func isWord(before position: Int) -> Bool {
    position > range.lowerBound && isWordScalar(at: bytes.scalarStart(before: position))
  }

  private func isWordScalar(at position: Int) -> Bool {
    program.word?.contains(bytes.scalar(at: position).value) ?? false
  }
}
