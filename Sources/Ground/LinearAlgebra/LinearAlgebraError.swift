import Failures

/// Why a decomposition could not be computed.
public enum LinearAlgebraError: Failure, Equatable {
  /// An entry is NaN or infinite; LAPACK may loop for ever on one, so none is let through.
  case nonFinite(operand: String, row: Int, column: Int, value: String)
  /// A dimension does not fit the 32-bit integers of LAPACK.
  case tooLarge(rows: Int, columns: Int)
  /// LAPACK rejected its argument number `index`: an error in this library.
  case illegalArgument(routine: String, index: Int)
  /// The workspace of a routine could not be allocated.
  case outOfMemory(routine: String)
  /// Every routine that was tried gave up iterating.
  case notConverged(routine: String, rows: Int, columns: Int)

  /// The kind, which decides the exit code.
  public var kind: FailureKind {
    switch self {
    case .nonFinite, .tooLarge, .illegalArgument, .notConverged: .badData
    case .outOfMemory: .inputOutput
    }
  }

  /// One line that names the operand, the place and the value.
  public var description: String {
    switch self {
    case .nonFinite(let operand, let row, let column, let value):
      "\(operand) is \(value) at row \(row), column \(column)"
    case .tooLarge(let rows, let columns):
      "a \(rows) x \(columns) matrix is too large for LAPACK (at most \(Int32.max) a side)"
    case .illegalArgument(let routine, let index):
      "\(routine) rejected its argument \(index)"
    case .outOfMemory(let routine):
      "no memory for the workspace of \(routine)"
    case .notConverged(let routine, let rows, let columns):
      "\(routine) did not converge on a \(rows) x \(columns) matrix"
    }
  }
}
