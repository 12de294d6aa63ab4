import Files
import OrderedJSON

/// The jobs that a sweep was last submitted as: `slurm/jobs.json` in its folder.
package struct SlurmJobs: Sendable {
  /// The array of a stage, or the job that makes the tables.
  package struct Job: Sendable, Equatable {
    /// A stage, or `results`.
    package let stage: String
    package let job: Int
    /// Shares of the stage's cells; those without a missing cell have no task.
    package let shares: Int
    /// The tasks, as `--array` names them; nil for a single job.
    package let array: String?
  }

  private static let format = "suture-slurm-jobs"
  package private(set) var jobs: [Job] = []

  /// None.
  package init() {}

  /// Reads what is known of a sweep; nil where it was never submitted, or that is damaged.
  package init?(in store: CellStore) {
    guard let json = CellOutput.json(Self.path(in: store)),
      json["format"]?.stringValue == Self.format, let jobs = json["jobs"]?.arrayValue
    else { return nil }
    for job in jobs {
      guard let stage = job["stage"]?.stringValue, let number = job["job"]?.integerValue,
        let shares = job["shares"]?.integerValue
      else { return nil }
      self.jobs.append(
        Job(stage: stage, job: number, shares: shares, array: job["array"]?.stringValue))
    }
  }

  /// The job of a stage.
  package subscript(_ stage: String) -> Job? { jobs.first { $0.stage == stage } }

  /// Takes a job in place of the one that its stage had.
  mutating func take(_ job: Job) {
    jobs.removeAll { $0.stage == job.stage }
    jobs.append(job)
  }

  /// Writes it.
  ///
  /// - Throws: `CellStore.Fault`, as on a full disk.
  func write(to store: CellStore) throws(CellStore.Fault) {
    try store.replace(Self.path(in: store), by: json.text(.pretty) + "\n")
  }

  /// For programs.
  package var json: JSONValue {
    [
      "format": .string(Self.format),
      "jobs": .array(
        jobs.map { job in
          [
            "stage": .string(job.stage), "job": .integer(job.job), "shares": .integer(job.shares),
            "array": job.array.map { .string($0) } ?? .null,
          ]
        }),
    ]
  }

  private static func path(in store: CellStore) -> String { "\(store.slurmFolder)/jobs.json" }
}

extension CellStore {
  /// What belongs to Slurm: `batch.sh`, `jobs.json`, `attempts` and `log`.
  var slurmFolder: String { "\(folder)/slurm" }

  /// A file an attempt of a task.
  var attemptFolder: String { "\(slurmFolder)/attempts" }

  /// What tasks print, a file a task.
  var taskLogFolder: String { "\(slurmFolder)/log" }

  /// Makes the folders of Slurm.
  ///
  /// - Throws: `Fault`.
  func prepareForSlurm() throws(Fault) {
    for path in [slurmFolder, attemptFolder, taskLogFolder] { try create(path) }
  }

  /// Writes a file in one step.
  ///
  /// - Throws: `Fault`, as on a full disk.
  func replace(_ path: String, by text: String) throws(Fault) {
    do throws(FileFault) {
      try ReplacementFile.write(Array(text.utf8), to: path)
    } catch {
      throw Fault(path: path, reason: "\(error)", kind: error.kind)
    }
  }
}
