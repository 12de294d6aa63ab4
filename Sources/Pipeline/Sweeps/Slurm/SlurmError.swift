import Failures

/// Why a cluster cannot be used.
package enum SlurmError: Failure, Equatable {
  /// There is no such client.
  case noClient(String)
  /// A client could not be started.
  case notStarted(command: String, reason: String)
  /// A client did not answer in time, and was killed.
  case noAnswer(command: String, seconds: Int)
  /// A client said no.
  case refused(command: String, message: String)
  /// `sbatch` failed, and the queue has no job of it.
  case notSubmitted(stage: String, message: String)
  /// `sbatch` failed, and the queue cannot be asked whether it left a job all the same.
  case unknown(stage: String, message: String)

  /// Missing clients are missing input; the rest is input and output.
  package var kind: FailureKind {
    if case .noClient = self { .inputMissing } else { .inputOutput }
  }

  /// What was asked and what came back.
  package var description: String {
    switch self {
    case .noClient(let name):
      "\(name) is not in PATH: sweeps on Slurm are submitted where Slurm's clients are installed"
    case .notStarted(let command, let reason): "\(command): cannot be started: \(reason)"
    case .noAnswer(let command, let seconds): "\(command): no answer within \(seconds) s"
    case .refused(let command, let message): "\(command): \(message)"
    case .notSubmitted(let stage, let message): "\(stage): not submitted: \(message)"
    case .unknown(let stage, let message):
      "\(stage): sbatch failed (\(message)), and the queue does not say whether it left a job; the "
        + "same command finds out later"
    }
  }
}
