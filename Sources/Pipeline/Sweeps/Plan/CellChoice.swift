import Glibc

extension SweepCell {
  /// Whether one of its labels matches a pattern of the shell.
  ///
  /// Calls `fnmatch`; an asterisk stands for slashes too.
  ///
  /// - Parameter pattern: Such as `recovery/*/own/rank=4`.
  /// - Returns: Whether it does.
  package func matches(_ pattern: String) -> Bool {
    labels.contains { unsafe fnmatch(pattern, $0.path, 0) == 0 }
  }
}

extension [SweepCell] {
  /// A fixed share of each stage.
  ///
  /// It has the cells at `task`, at `task + count` and so on of each.
  /// All shares together are all cells, and nobody has to ask who makes which.
  ///
  /// - Parameters:
  ///   - task: Which share, from 0.
  ///   - count: How many there are.
  /// - Returns: The cells in order.
  package func share(_ task: Int, of count: Int) -> [SweepCell] {
    var positions: [SweepStage: Int] = [:]
    return filter { cell in
      defer { positions[cell.stage, default: 0] += 1 }
      return positions[cell.stage, default: 0] % count == task
    }
  }
}
