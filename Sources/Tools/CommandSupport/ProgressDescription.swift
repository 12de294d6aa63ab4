import Failures

/// How a state of progress reads, apart from where it is shown.
package struct ProgressDescription: Sendable {
  let title: String
  let total: Int
  let unit: String

  package init(title: String, total: Int, unit: String) {
    self.title = title
    self.total = total
    self.unit = unit
  }

  /// One line, such as `gradients: 25 of 100 examples (25 %), 2.5 examples/s, 30 s left`.
  package func line(_ completed: Int, after elapsed: Duration) -> String {
    var parts = [
      "\(title): \(completed) of \(counted(total, unit)) (\(percentage(completed)) %)"
    ]
    if let rate = rate(completed, after: elapsed) {
      parts.append("\(significant(rate)) \(unit)/s")
      parts.append(
        completed >= total
          ? "\(clock(elapsed.seconds)) in all"
          : "\(clock(Double(total - completed) / rate)) left")
    }
    return parts.joined(separator: ", ")
  }

  /// The same behind a bar, cut to the width of the terminal.
  package func bar(_ completed: Int, after elapsed: Duration, width: Int) -> String {
    let cells = 24
    let filled = cells * min(completed, total) / max(total, 1)
    let drawn =
      String(repeating: "#", count: filled) + String(repeating: "-", count: cells - filled)
    return String("[\(drawn)] \(line(completed, after: elapsed))".prefix(max(width, 0)))
  }

  private func percentage(_ completed: Int) -> Int { 100 * min(completed, total) / max(total, 1) }

  /// Units a second, or nil while there is nothing to go by.
  private func rate(_ completed: Int, after elapsed: Duration) -> Double? {
    completed > 0 && elapsed > .zero ? Double(completed) / elapsed.seconds : nil
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { self / .seconds(1) }
}

/// Three significant digits without an exponent: 0.0123, 1.23, 123, 12345.
private func significant(_ value: Double) -> String {
  guard value < 100 else { return "\(Int(value.rounded()))" }
  var scale = 1.0
  while value * scale < 100, scale < 1e6 { scale *= 10 }
  return "\((value * scale).rounded() / scale)"
}

/// Seconds as a person reads them: 42 s, 3 min 05 s, 2 h 07 min.
private func clock(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "unknown time" }
  let whole = Int(seconds.rounded())
  let (minutes, rest) = whole.quotientAndRemainder(dividingBy: 60)
  switch minutes {
  case 0: return "\(rest) s"
  case ..<60: return "\(minutes) min \(twoDigits(rest)) s"
  default: return "\(minutes / 60) h \(twoDigits(minutes % 60)) min"
  }
}

private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
