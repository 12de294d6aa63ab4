import Synchronization

/// What a pattern did beyond its bounds, noted where it happens and thrown where a text is done.
///
/// Texts that are encoded at the same time share it: one of them throws, and the other may in its
/// place or besides.
package final class PatternExcess: Sendable {
  private let noted = Mutex<String?>(nil)

  /// What it was, which is forgotten then; nil when there was none.
  package func take() -> String? {
    noted.withLock { reason in
      defer { reason = nil }
      return reason
    }
  }

  package func note(_ reason: String) { noted.withLock { $0 = $0 ?? reason } }
}

/// A search counts its steps, so that its time is linear in the text whatever the pattern: without
/// a bound, a lookaround that goes to the end of the text from every position takes the square.
struct SearchBudget {
  /// Steps that each byte of a text pays for; patterns of real tokenizers take some tens.
  static let stepsPerByte = 1_000

  private var left: Int

  init(byteCount: Int, instructionCount: Int) {
    left = Self.stepsPerByte * (byteCount + instructionCount + 1_000)
  }

  var isSpent: Bool { left < 0 }

  @inline(__always)
  mutating func spend(_ steps: Int) { left -= steps }
}
