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

extension String {
  /// The same text with a small first letter.
  var loweringFirstLetter: String { prefix(1).lowercased() + dropFirst() }

  /// The text on one line that a terminal shows as it is: control characters become escapes, and
  /// what is too long to be read is cut.
  public var onOneLine: String {
    let limit = 2_000
    var result = ""
    for scalar in unicodeScalars.prefix(limit) {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      result += isControl ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return unicodeScalars.count > limit ? result + "..." : result
  }
}
