/// Remembers which choices of a pattern lead nowhere from which positions.
///
/// Nothing is captured, so whether the rest of a pattern matches from a position does not depend on
/// how it was reached, nor on where the match began. Remembering failures makes the time of a
/// search linear in the text, which plain backtracking is not. It costs a bit for each choice and
/// position, so it only begins when a search has taken many more steps than the text has bytes.
struct FailureMemory {
  private static let stepsPerByte = 16
  private static let freeSteps = 10_000

  private let choiceCount: Int
  private let range: Range<Int>
  private var bits: [UInt64] = []  // [choices × positions], empty until it begins
  private var stepsLeft: Int

  init(choiceCount: Int, range: Range<Int>) {
    self.choiceCount = choiceCount
    self.range = range
    stepsLeft = Self.freeSteps + Self.stepsPerByte * range.count
  }

  /// Whether failures are being remembered.
  var isActive: Bool { !bits.isEmpty }

  /// Counts the steps of a search, and begins to remember when there have been too many.
  @inline(__always)
  mutating func spend(_ steps: Int) {
    stepsLeft -= steps
    if stepsLeft < 0, bits.isEmpty { begin() }
  }

  private mutating func begin() {
    bits = Array(repeating: 0, count: (choiceCount * (range.count + 1) + 63) / 64 + 1)
  }

  /// Whether a choice is known to lead nowhere from a position.
  func hasFailed(_ choice: Int, at position: Int) -> Bool {
    guard isActive else { return false }
    let index = index(of: choice, at: position)
    return bits[index >> 6] >> UInt64(index & 63) & 1 == 1
  }

  /// Remembers that a choice leads nowhere from any position of a range.
  mutating func record(_ choice: Int, at positions: ClosedRange<Int>) {
    guard isActive else { return }
    let first = index(of: choice, at: positions.lowerBound)
    let last = index(of: choice, at: positions.upperBound)
    for word in (first >> 6)...(last >> 6) {
      let low = UInt64(max(first - word << 6, 0))
      let high = UInt64(min(last - word << 6, 63))
      bits[word] |= (UInt64.max << low) & (UInt64.max >> (63 - high))
    }
  }

  private func index(of choice: Int, at position: Int) -> Int {
    choice * (range.count + 1) + position - range.lowerBound
  }
}
