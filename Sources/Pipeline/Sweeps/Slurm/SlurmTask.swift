/// A job, or one task of an array, as `squeue` shows it.
package struct SlurmTask: Sendable, Equatable {
  /// The job, of a task its array's.
  package let job: Int
  /// The task's number in its array; nil for a job that is none.
  package let index: Int?
  /// Such as `RUNNING`.
  package let state: String
  /// How often Slurm has started it anew.
  package let restarts: Int
  package let comment: String
  /// Where it runs or ran.
  package let nodes: String
  /// Why it waits, or why it ended.
  package let reason: String

  private static let columns = [
    ("JobArrayID", 40), ("State", 24), ("RestartCnt", 12), ("Comment", 120), ("NodeList", 60),
    ("Reason", 80),
  ]

  /// What `squeue` is asked for: columns of fixed width, as texts may hold spaces.
  static let format = columns.map { "\($0.0):\($0.1)" }.joined(separator: ",")

  /// Reads a line; nil where it is none.
  package init?(line: Substring) {
    var rest = line
    var fields: [Substring] = []
    for (_, width) in Self.columns {
      let field = rest.prefix(width)
      rest = rest.dropFirst(width)
      let end = field.lastIndex { $0 != " " }.map { field.index(after: $0) } ?? field.startIndex
      fields.append(field[..<end])
    }
    let numbers = fields[0].split(separator: "_", omittingEmptySubsequences: false)
    guard let job = numbers.first.flatMap({ Int($0) }), !fields[1].isEmpty else { return nil }
    self.job = job
    index = numbers.count == 2 ? Int(numbers[1]) : nil
    state = String(fields[1])
    restarts = Int(fields[2]) ?? 0
    comment = String(fields[3])
    nodes = String(fields[4])
    reason = String(fields[5])
  }

  /// Whether nothing more will come of it, unless somebody queues it again.
  package var hasEnded: Bool {
    [
      "BOOT_FAIL", "CANCELLED", "COMPLETED", "DEADLINE", "FAILED", "NODE_FAIL", "OUT_OF_MEMORY",
      "REVOKED", "TIMEOUT",
    ].contains(state)
  }

  /// Whether it is on a node.
  package var isRunning: Bool { ["RUNNING", "COMPLETING", "STOPPED", "SUSPENDED"].contains(state) }
}
