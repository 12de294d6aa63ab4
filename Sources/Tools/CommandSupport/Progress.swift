import Synchronization

/// Shows how far a long piece of work is, with its rate and the time left, on standard error.
///
/// On a terminal it is a bar on one line that is drawn anew; elsewhere a line every ten seconds,
/// which a log file can bear. Calls may come from any thread.
public final class Progress: Sendable {
  private let description: ProgressDescription
  private let presentation: Presentation
  private let state: Mutex<State>

  private enum Presentation { case none, bar, lines }

  private struct State {
    let start: ContinuousClock.Instant
    var completed = 0
    var note = ""
    var lastShown: ContinuousClock.Instant
  }

  /// Starts the clock.
  ///
  /// - Parameters:
  ///   - title: What is being done, such as "gradients".
  ///   - total: Number of units to do.
  ///   - unit: Name of a unit in the plural, such as "examples".
  ///   - quiet: Whether nothing is shown.
  public init(_ title: String, total: Int, unit: String, quiet: Bool) {
    description = ProgressDescription(title: title, total: total, unit: unit)
    presentation = quiet ? .none : StandardError.isTerminal ? .bar : .lines
    let now = ContinuousClock.now
    state = Mutex(State(start: now, lastShown: now))
    if presentation == .bar { state.withLock { show($0, after: .zero) } }
  }

  /// Tells how many units are done in all.
  ///
  /// - Parameters:
  ///   - completed: Units done since the start.
  ///   - note: What else to show, such as the loss.
  public func update(completed: Int, note: String = "") {
    state.withLock { state in
      state.completed = completed
      state.note = note
      showIfDue(&state)
    }
  }

  /// Tells that more units are done.
  ///
  /// - Parameter count: Units done since the last call.
  public func advance(by count: Int = 1) {
    state.withLock { state in
      state.completed += count
      showIfDue(&state)
    }
  }

  /// Shows the last state and leaves the line.
  public func finish() {
    state.withLock { state in
      show(state, after: state.start.duration(to: .now))
      if presentation == .bar { StandardError.write("\n") }
    }
  }

  private func showIfDue(_ state: inout State) {
    let now = ContinuousClock.now
    let interval: Duration = presentation == .bar ? .milliseconds(100) : .seconds(10)
    guard state.lastShown.duration(to: now) >= interval else { return }
    state.lastShown = now
    show(state, after: state.start.duration(to: now))
  }

  private func show(_ state: State, after elapsed: Duration) {
    let completed = state.completed
    let note = state.note.isEmpty ? "" : ", " + state.note
    switch presentation {
    case .none: return
    case .lines: StandardError.write(description.line(completed, after: elapsed) + note + "\n")
    case .bar:
      let bar =
        description.bar(completed, after: elapsed, width: StandardError.width - 1 - note.count)
        + note
      // Carriage return, then erase to the end of the line.
      StandardError.write("\r\(bar)\u{1B}[K")
    }
  }
}
