import Failures
import OrderedJSON

/// What has become of the cells of a sweep on Slurm: what the folder says of them, joined with the queue.
package struct SlurmStatus: Sendable {
  /// One stage.
  package struct Stage: Sendable {
    package let job: SlurmJobs.Job
    /// Tasks by state, as the queue has them, with reasons; nil while the queue cannot be asked.
    package var tasks: [(state: String, count: Int)]?
    /// Cells that the job's tasks made.
    package var ran = 0
    /// Cells that were there before.
    package var reused = 0
    /// Cells whose tool failed.
    package var failed = 0
    /// Cells that were begun by an attempt which Slurm lost.
    package var lost: [Loss] = []
  }

  /// A cell that an attempt had begun when its node died, it was preempted, or its time was up.
  package struct Loss: Sendable, Equatable {
    package let label: String
    /// `17_3`.
    package let task: String
    package let host: String
    /// What has come of it.
    package let outcome: Outcome
  }

  package enum Outcome: String, Sendable {
    case made = "requeued, and made"
    case running = "requeued, and running"
    case queued = "requeued, and waiting"
    case requeued = "requeued"
    case left = "not requeued: the same sweep with --engine slurm makes it"
    case unknown = "whether it was requeued is not known"
  }

  /// The stages in order, and last the tables.
  package private(set) var stages: [Stage] = []
  /// Why the queue could not be asked.
  package let silence: String?

  /// Joins what is known; nil where the sweep was never submitted.
  ///
  /// - Parameters:
  ///   - cells: The cells.
  ///   - status: What is there of them.
  ///   - store: The folder.
  ///   - client: Asks the queue.
  package init?(
    of cells: [SweepCell], _ status: SweepStatus, in store: CellStore, client: SlurmClient
  ) {
    guard let jobs = SlurmJobs(in: store) else { return nil }
    let queue: [SlurmTask]?
    do throws(SlurmError) {
      queue = try client.tasks()
      silence = nil
    } catch {
      queue = nil
      silence = "\(error)"
    }
    let attempts = TaskAttempt.all(in: store)
    let failed = Set(status.failed.map(\.identity))
    let last = Dictionary(attempts.map { ("\($0.job)_\($0.index)", $0.restarts) }) { max($0, $1) }
    for job in jobs.jobs {
      var stage = Stage(job: job)
      stage.tasks = queue.map { Self.counts($0.filter { $0.job == job.job }) }
      let own = cells.filter { $0.stage.rawValue == job.stage }
      let attempts = attempts.filter { $0.job == job.job }
      let made = attempts.reduce(into: Set<String>()) { $0.formUnion($1.made) }
      for cell in own {
        if status.done[cell.identity] != nil {
          if made.contains(cell.identity) { stage.ran += 1 } else { stage.reused += 1 }
        } else if failed.contains(cell.identity) {
          stage.failed += 1
        }
      }
      let known = Dictionary(own.map { ($0.identity, $0) }) { first, _ in first }
      for attempt in attempts where attempt.wasEnded {
        let task = "\(attempt.job)_\(attempt.index)"
        let now = queue?.first {
          $0.job == attempt.job && ($0.index ?? 0) == attempt.index
        }
        // The attempt that runs has no exit yet.
        if let now, now.isRunning, now.restarts == attempt.restarts { continue }
        if queue == nil, attempt.status == nil, last[task] == attempt.restarts { continue }
        for identity in attempt.begun where !attempt.made.contains(identity) {
          guard let cell = known[identity], !failed.contains(identity) else { continue }
          let outcome = Self.outcome(
            isDone: status.done[identity] != nil, now,
            hasFollower: (last[task] ?? 0) > attempt.restarts, isKnown: queue != nil)
          stage.lost.append(
            Loss(label: cell.label, task: task, host: attempt.host, outcome: outcome))
        }
      }
      stages.append(stage)
    }
  }

  private static func outcome(
    isDone: Bool, _ now: SlurmTask?, hasFollower: Bool, isKnown: Bool
  ) -> Outcome {
    if isDone { return .made }
    if let now, now.isRunning { return .running }
    if let now, !now.hasEnded { return .queued }
    if hasFollower, !isKnown { return .requeued }
    return isKnown ? .left : .unknown
  }

  /// `RUNNING` and how many, and why others wait.
  private static func counts(_ tasks: [SlurmTask]) -> [(state: String, count: Int)] {
    var counts: [String: Int] = [:]
    for task in tasks {
      let waits = !task.hasEnded && !task.isRunning && !["", "None"].contains(task.reason)
      counts[task.state.lowercased() + (waits ? " (\(task.reason))" : ""), default: 0] += 1
    }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension SlurmStatus {
  /// Some lines a stage.
  package var text: String {
    var lines: [String] = []
    if let silence {
      lines.append("Slurm does not answer (\(silence)); this is what the folder says:")
    }
    for stage in stages {
      var line = "\(stage.job.stage): job \(stage.job.job)"
      if let tasks = stage.tasks {
        let states = tasks.map { "\($0.count) \($0.state)" }.joined(separator: ", ")
        line += states.isEmpty ? ", which Slurm does not know any more" : ", tasks: \(states)"
      }
      if stage.job.stage != SlurmScript.results {
        line +=
          "; cells: \(stage.ran) ran, \(stage.reused) reused, \(stage.failed) failed by us, "
          + "\(stage.lost.count) lost by Slurm"
      }
      lines.append(line)
      lines += stage.lost.map {
        "  lost by Slurm: \($0.label) in task \($0.task) on \($0.host): \($0.outcome.rawValue)"
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The same for programs.
  package var json: JSONValue {
    [
      "answers": .bool(silence == nil), "reason": silence.map { .string($0) } ?? .null,
      "stages": .array(
        stages.map { stage in
          [
            "stage": .string(stage.job.stage), "job": .integer(stage.job.job),
            "tasks": stage.tasks.map { tasks in
              .array(
                tasks.map { ["state": .string($0.state), "count": .integer($0.count)] })
            } ?? .null,
            "ran": .integer(stage.ran), "reused": .integer(stage.reused),
            "failed": .integer(stage.failed),
            "lost": .array(
              stage.lost.map { loss in
                [
                  "label": .string(loss.label), "task": .string(loss.task),
                  "host": .string(loss.host), "outcome": .string("\(loss.outcome)"),
                ]
              }),
          ]
        }),
    ]
  }
}
