import Failures
import Files
import Glibc
import OrderedJSON

/// Submits a sweep: an array for each stage with missing cells, each after the one before, and a last job that
/// makes the tables.
///
/// Every job has in its comment what it is for: a digest of the sweep's folder and cells, and the stage. `sbatch`
/// may accept a job and fail all the same, when its reply is lost; the queue is asked for the comment then,
/// and before each submission, so that the same command given twice does not submit twice.
package struct SlurmSubmission: Sendable {
  /// Tasks of an array where nobody says.
  static let defaultTasks = 256

  /// A submitted job.
  package struct Job: Sendable, Equatable {
    package let job: SlurmJobs.Job
    /// Cells that are missing.
    package let missing: Int
    /// Tasks that have some of them.
    package let tasks: Int
    /// Whether it was there before.
    package let wasThere: Bool
  }

  /// What the command line of a task begins with.
  package struct Command: Sendable {
    /// This program.
    let executable: String
    /// Flags that say which cells.
    let flags: [String]

    package init(executable: String, flags: [String]) {
      self.executable = executable
      self.flags = flags
    }
  }

  let client: SlurmClient
  let settings: SlurmSettings
  let store: CellStore
  let plan: SweepPlan
  /// All that the sweep has, or that was chosen, with what that needs.
  let cells: [SweepCell]
  /// Seconds between questions to the queue after a lost reply.
  private let pause: Double
  /// How often the queue is asked then.
  private static let questions = 5

  package init(
    _ plan: SweepPlan, _ cells: [SweepCell], in store: CellStore, settings: SlurmSettings,
    client: SlurmClient, pause: Double = 3
  ) {
    self.plan = plan
    self.cells = cells
    self.store = store
    self.settings = settings
    self.client = client
    self.pause = pause
  }

  /// Submits what is missing.
  ///
  /// - Parameters:
  ///   - status: What is there.
  ///   - command: What runs a task.
  ///   - tools: The tools' folder.
  ///   - note: Is told what the user should know.
  /// - Returns: The jobs; none where nothing is missing.
  /// - Throws: `SlurmError`, `CellStore.Fault`.
  package func submit(
    _ status: SweepStatus, command: Command, tools: ToolFolder, note: (String) -> Void
  ) throws -> [Job] {
    let stages = SweepStage.allCases.filter { stage in
      cells.contains { $0.stage == stage && status.done[$0.identity] == nil }
    }
    if stages.isEmpty { return [] }
    let limit = try client.largestArray()
    var known = try client.tasks()
    try store.prepareForSlurm()
    let script = SlurmScript(
      store: store, name: plan.file.name,
      command: [
        command.executable, FileNames.real(plan.file.path) ?? plan.file.path, "--output",
        store.folder, "--plan", cells.digest,
      ] + command.flags,
      tools: tools.path, grace: max(1, settings.margin - 20))
    try script.write()
    var jobs = SlurmJobs(in: store) ?? SlurmJobs()
    var submitted: [Job] = []
    for stage in stages {
      let work = work(of: stage, status, limit: limit, note)
      submitted.append(try submit(work, script, after: submitted.last, &known, &jobs))
    }
    let results = Work(stage: SlurmScript.results, shares: 1, missing: 0, tasks: nil)
    submitted.append(try submit(results, script, after: submitted.last, &known, &jobs))
    return submitted
  }

  // MARK: - Shares

  /// What is to be submitted for a stage.
  private struct Work {
    let stage: String
    let shares: Int
    let missing: Int
    /// Shares with missing cells; nil for a single job.
    let tasks: [Int]?
  }

  /// Deals the cells of a stage to tasks: shares are fixed by the plan, and those that have nothing to do are left out.
  private func work(
    of stage: SweepStage, _ status: SweepStatus, limit: Int, _ note: (String) -> Void
  ) -> Work {
    let cells = cells.filter { $0.stage == stage }
    // Indices are below the limit; of 0 the cluster takes no arrays.
    let most = max(1, limit - 1)
    let wanted = settings.tasks ?? Self.defaultTasks
    let shares = min(wanted, most, cells.count)
    if settings.tasks != nil, shares == most, wanted > most, cells.count > most {
      note("\(stage.rawValue) has \(shares) tasks, as MaxArraySize of the cluster is \(limit)")
    }
    var tasks: Set<Int> = []
    var missing = 0
    for (position, cell) in cells.enumerated() where status.done[cell.identity] == nil {
      tasks.insert(position % shares)
      missing += 1
    }
    return Work(
      stage: stage.rawValue, shares: shares, missing: missing,
      tasks: limit == 0 ? nil : tasks.sorted())
  }

  /// `0-3,7`.
  package static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }

  // MARK: - Jobs

  /// Tells the jobs of this sweep and stage from all others.
  private func comment(_ stage: String) -> String {
    let digest = Digest.sha256([UInt8]("\(store.folder)\n\(cells.digest)\n".utf8))
    return "suture:\(stage):\(digest.prefix(32))"
  }

  private func submit(
    _ work: Work, _ script: SlurmScript, after predecessor: Job?, _ known: inout [SlurmTask],
    _ jobs: inout SlurmJobs
  ) throws -> Job {
    let comment = comment(work.stage)
    let job: Int
    let living = known.last { $0.comment == comment && !$0.hasEnded }
    // One that waits for other jobs than those that were submitted just now would begin too early.
    let wasThere = living != nil && predecessor?.wasThere != false
    let shares: Int
    if let living, wasThere {
      job = living.job
      shares = jobs[work.stage].flatMap { $0.job == job ? $0.shares : nil } ?? work.shares
    } else {
      job = try submit(work, comment, script, after: predecessor, &known)
      shares = work.shares
    }
    let record = SlurmJobs.Job(
      stage: work.stage, job: job, shares: shares, array: work.tasks.map(Self.ranges))
    jobs.take(record)
    try jobs.write(to: store)
    return Job(
      job: record, missing: work.missing, tasks: work.tasks?.count ?? 1, wasThere: wasThere)
  }

  private func submit(
    _ work: Work, _ comment: String, _ script: SlurmScript, after predecessor: Job?,
    _ known: inout [SlurmTask]
  ) throws(SlurmError) -> Int {
    let before = Set(known.lazy.filter { $0.comment == comment }.map(\.job))
    switch try client.submit(words(work, comment, script, after: predecessor)) {
    case .job(let job): return job
    case .noReply(let message):
      var lastError: SlurmError?
      for question in 0..<Self.questions {
        if question > 0 { usleep(UInt32(min(max(pause, 0), 60) * 1e6)) }
        do throws(SlurmError) {
          known = try client.tasks()
          lastError = nil
        } catch {
          lastError = error
          continue
        }
        if let task = known.first(where: { $0.comment == comment && !before.contains($0.job) }) {
          return task.job
        }
      }
      throw lastError == nil
        ? .notSubmitted(stage: work.stage, message: message)
        : .unknown(stage: work.stage, message: message)
    }
  }

  private func words(
    _ work: Work, _ comment: String, _ script: SlurmScript, after predecessor: Job?
  ) -> [String] {
    // A per cent sign begins a pattern; a backslash would end all patterns.
    let log = store.taskLogFolder.replacing("%", with: "%%")
    var words = settings.words
    words += [
      "--job-name=\(plan.file.name)-\(work.stage)", "--comment=\(comment)", "--requeue",
      "--open-mode=append", "--signal=B:USR1@\(settings.margin)", "--chdir=\(store.folder)",
      "--output=\(log)/\(work.stage)-\(work.tasks == nil ? "%j" : "%A_%a").txt",
    ]
    if let tasks = work.tasks { words.append("--array=\(Self.ranges(tasks))") }
    if let predecessor { words.append("--dependency=afterany:\(predecessor.job.job)") }
    return words + [script.path, work.stage, "\(work.shares)"]
  }
}

extension [SweepCell] {
  /// Tells these cells from others.
  package var digest: String {
    let text = map(\.identity).joined(separator: "\n")
    return String(Digest.sha256([UInt8](text.utf8)).prefix(16))
  }
}

extension [SlurmSubmission.Job] {
  /// A line a job.
  package var text: String {
    if isEmpty { return "nothing is missing, and nothing was submitted\n" }
    return map { job in
      let what =
        job.job.stage == SlurmScript.results
        ? "the tables"
        : "\(counted(job.missing, "cells")) in \(counted(job.tasks, "tasks"))"
      return "\(job.job.stage): job \(job.job.job), \(what)"
        + (job.wasThere ? ", in the queue already" : "") + "\n"
    }.joined()
  }

  /// The same for programs.
  package var json: JSONValue {
    [
      "jobs": .array(
        map { job in
          [
            "stage": .string(job.job.stage), "job": .integer(job.job.job),
            "cells": .integer(job.missing), "tasks": .integer(job.tasks),
            "was_there": .bool(job.wasThere),
          ]
        })
    ]
  }
}
