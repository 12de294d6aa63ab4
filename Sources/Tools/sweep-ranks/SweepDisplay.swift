import CommandSupport
import Sweeps

/// Shows a sweep on standard error: on a terminal a line a running cell and one for all, elsewhere a line
/// for each cell that begins and ends.
final class SweepDisplay {
  private let isLive: Bool
  private let isQuiet: Bool
  private let start = ContinuousClock.now
  private var drawnLines = 0

  init(quiet: Bool) {
    isQuiet = quiet
    isLive = !quiet && StandardError.isTerminal
  }

  /// Shows what has happened and how far the work is.
  func show(_ events: [SweepEngine.Event], _ snapshot: SweepEngine.Snapshot) {
    let lines = events.compactMap { line(for: $0, snapshot) }
    if isLive {
      erase()
      for line in lines { StandardError.write(line + "\n") }
      draw(snapshot)
    } else {
      for line in lines { StandardError.write(line + "\n") }
    }
  }

  /// Leaves the lines that were drawn.
  func finish() { if isLive { erase() } }

  private func line(for event: SweepEngine.Event, _ snapshot: SweepEngine.Snapshot) -> String? {
    switch event {
    case .started(let cell): isQuiet || isLive ? nil : "started \(cell.label)"
    case .made(let cell, let seconds):
      isQuiet
        ? nil
        : "finished \(cell.label) in \(PlanTree.clock(seconds)) (\(total(snapshot)))"
    case .absent(let cell, let reason):
      isQuiet ? nil : "note: \(cell.label) is not there: \(reason.onOneLine)"
    case .elsewhere(let cell): isQuiet ? nil : "left to another process: \(cell.label)"
    case .lacking(let cell, let source): "\(cell.label) cannot be made: there is no \(source)"
    case .failed(let failure): "failed \(failure.label): \(failure.reason.onOneLine)"
    }
  }

  private func total(_ snapshot: SweepEngine.Snapshot) -> String {
    var parts = ["\(snapshot.settled) of \(snapshot.total)"]
    if let left = snapshot.secondsLeft { parts.append("\(PlanTree.clock(left)) left") }
    return parts.joined(separator: ", ")
  }

  private func draw(_ snapshot: SweepEngine.Snapshot) {
    let width = StandardError.width - 1
    let elapsed = start.duration(to: .now) / .seconds(1)
    var lines = snapshot.running.map { child in
      let seconds = child.start.duration(to: .now) / .seconds(1)
      let last = CellRunner.lastLine(of: child.log)?.onOneLine ?? ""
      return "  \(child.label)  \(PlanTree.clock(seconds))  \(last)"
    }
    let rate = elapsed > 0 ? Double(snapshot.made) / elapsed * 60 : 0
    lines.append(
      "\(total(snapshot)), \((rate * 10).rounded() / 10) cells a minute, "
        + "\(PlanTree.clock(elapsed)) so far")
    StandardError.write(lines.map { String($0.prefix(width)) + "\u{1B}[K\n" }.joined())
    drawnLines = lines.count
  }

  /// Moves back to the first drawn line and erases from there on.
  private func erase() {
    if drawnLines > 0 { StandardError.write("\u{1B}[\(drawnLines)A\u{1B}[J") }
    drawnLines = 0
  }
}
