import Files
import Glibc
import SystemPackage

/// The clients of Slurm, each call bounded in time.
package struct SlurmClient: Sendable {
  /// Seconds that a question may take, and a submission.
  let patience: (question: Double, submission: Double)
  /// Folders with programs, with colons between them.
  private let path: String
  private let variables: [String: String]

  /// Takes the clients in a list of folders.
  ///
  /// - Parameters:
  ///   - path: The folders; those of `PATH` where nil.
  ///   - question: Seconds that a question may take: a controller that is away makes clients wait.
  ///   - submission: Seconds that a submission may take.
  ///   - variables: Set beside the inherited ones.
  package init(
    path: String? = nil, question: Double = 60, submission: Double = 120,
    variables: [String: String] = [:]
  ) {
    self.path = path ?? Environment.value(of: "PATH") ?? ""
    patience = (question, submission)
    self.variables = variables
  }

  /// The largest array that the cluster takes: indices are below it.
  ///
  /// - Returns: `MaxArraySize` of `scontrol show config`, and Slurm's own default where that does not say it.
  /// - Throws: `SlurmError`.
  package func largestArray() throws(SlurmError) -> Int {
    for line in try answer("scontrol", ["show", "config"]).split(separator: "\n") {
      let words = line.split { $0 == "=" || $0.isWhitespace }
      if words.count == 2, words[0] == "MaxArraySize", let size = Int(words[1]) { return size }
    }
    return 1001
  }

  /// The tasks of this user's jobs that the controller knows, ended ones for a while too.
  ///
  /// - Throws: `SlurmError`.
  package func tasks() throws(SlurmError) -> [SlurmTask] {
    let text = try answer(
      "squeue",
      ["--me", "--array", "--states=all", "--noheader", "--Format=\(SlurmTask.format)"])
    return text.split(separator: "\n").compactMap { SlurmTask(line: $0) }
  }

  /// What came of a submission.
  enum Submission: Equatable {
    case job(Int)
    /// There may be a job or not.
    case noReply(String)
  }

  /// Submits a script.
  ///
  /// - Parameter words: Options, the script and its arguments.
  /// - Returns: The number of the job, unless the reply was lost or is none.
  /// - Throws: `SlurmError` where `sbatch` was not even started.
  func submit(_ words: [String]) throws(SlurmError) -> Submission {
    let outcome: (text: String, end: ChildProcess.End)
    do throws(SlurmError) {
      outcome = try call("sbatch", ["--parsable"] + words, patience.submission)
    } catch .noAnswer(_, let seconds) {
      return .noReply("no answer within \(seconds) s")
    }
    // The number alone, or with the cluster's name behind a semicolon; warnings may stand before it.
    let job = outcome.text.split(separator: "\n").lazy.compactMap { line in
      Int(line.prefix { $0 != ";" })
    }.first
    if outcome.end.code == 0, let job { return .job(job) }
    return .noReply(Self.message(of: outcome))
  }

  // MARK: - Calls

  private func answer(_ program: String, _ arguments: [String]) throws(SlurmError) -> String {
    let outcome = try call(program, arguments, patience.question)
    guard outcome.end.code == 0 else {
      throw .refused(command: program, message: Self.message(of: outcome))
    }
    return outcome.text
  }

  private func call(
    _ program: String, _ arguments: [String], _ seconds: Double
  ) throws(SlurmError) -> (text: String, end: ChildProcess.End) {
    guard let executable = executable(program) else { throw .noClient(program) }
    let start = ContinuousClock.now
    let outcome: (text: String, end: ChildProcess.End)
    do throws(Errno) {
      // A job inherits the environment of its submission, and has been started by nobody here.
      outcome = try ChildProcess.printed(
        by: executable, arguments, variables: variables.merging(["SUTURE_PARENT": ""]) { $1 },
        on: [STDOUT_FILENO, STDERR_FILENO], seconds: seconds)
    } catch {
      throw .notStarted(command: program, reason: error.reason)
    }
    if outcome.end.signal == SIGKILL, start.duration(to: .now) >= .seconds(seconds) {
      throw .noAnswer(command: program, seconds: Int(seconds.rounded(.up)))
    }
    return outcome
  }

  /// The program of that name in the first folder that has one.
  private func executable(_ program: String) -> String? {
    path.split(separator: ":").lazy.map { "\($0)/\(program)" }.first { candidate in
      let mayRun = unsafe access(candidate, X_OK) == 0
      return mayRun && FileEntry(at: candidate)?.type == .file
    }
  }

  /// What a client said last: its errors end with the reason.
  private static func message(of outcome: (text: String, end: ChildProcess.End)) -> String {
    let line = outcome.text.split(separator: "\n").last { !$0.allSatisfy(\.isWhitespace) }
    guard let line else {
      return outcome.end.code.map { "exit code \($0)" } ?? "signal \(outcome.end.signal ?? 0)"
    }
    let marks = ["sbatch: error: ", "squeue: error: ", "slurm_load_jobs error: ", "error: "]
    let text = String(line)
    return marks.first { text.hasPrefix($0) }.map { String(text.dropFirst($0.count)) } ?? text
  }
}
