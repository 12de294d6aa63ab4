import Failures
import Glibc

/// How a command ends when it fails: one line on standard error and an exit code.
struct ErrorReport: Equatable {
  let line: String?
  let status: Int32

  init(_ error: any Error) {
    switch error {
    case is ClosedPipe:
      // The reader has seen enough: `export-spectra ... | head`.
      line = nil
      status = 0
    case let failure as any Failure:
      line = "error: \(failure.description.onOneLine)"
      status = failure.kind.rawValue
    default:
      line = "error: \(String(describing: error).onOneLine)"
      status = FailureKind.inputOutput.rawValue
    }
  }

  func write() {
    if let line { StandardError.write(line + "\n") }
  }
}
