import Files
import OrderedJSON

/// How the making of a cell went.
package enum CellOutcome: Sendable {
  /// It was made.
  case made(CellRecord)
  /// It was there, or another process made it.
  case reused(CellRecord)
  /// Another process is making it.
  case elsewhere
  /// It reads a state that a recovery ended before.
  case absent(String)
  case failed(CellFailure)
  /// Nothing more can be made: the disk is full, or memory ran out.
  case impossible(String)
  /// The sweep was told to end.
  case interrupted
}

/// Why a cell was not made, and how to try again by hand.
package struct CellFailure: Sendable {
  package let label: String
  /// The exit code or the signal, and the last line that the tool printed.
  package let reason: String
  /// The command that makes it.
  package let command: String
  /// Where its standard error is kept.
  package let log: String
}
