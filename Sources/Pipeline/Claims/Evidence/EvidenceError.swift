import Failures
import Files

/// Why folders hold nothing that claims could be judged by.
package enum EvidenceError: Failure, Equatable {
  /// A folder is not there or cannot be read.
  case unreadable(path: String, FileFault)
  /// A folder is no folder of a sweep.
  case noSweep(path: String)
  /// A folder has no whole cell.
  case noCells(path: String, damaged: Int)

  /// Missing, or bad data.
  package var kind: FailureKind {
    switch self {
    case .unreadable(_, let fault): fault.kind
    case .noSweep, .noCells: .badData
    }
  }

  /// The folder and the cause in one line.
  package var description: String {
    switch self {
    case .unreadable(let path, let fault): "\(path): \(fault)"
    case .noSweep(let path): "\(path): is no folder of a sweep: it has no folder 'cells'"
    case .noCells(let path, let damaged):
      "\(path): has no finished cell"
        + (damaged > 0 ? ", and \(counted(damaged, "cells")) that are damaged" : "")
    }
  }
}
