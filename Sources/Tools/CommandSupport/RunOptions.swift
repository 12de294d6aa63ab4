import ArgumentParser
import LinearAlgebra
import OrderedJSON

/// Flags that every command has: threads, seed, and what it says.
public struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Number of threads; the default is the number of processors that the process may use.",
      valueName: "count"))
  var threads: Int?

  /// Start of every random number sequence.
  @Option(
    help: ArgumentHelp("Start of every random number sequence, 0 or greater.", valueName: "number"))
  public var seed = 0

  /// Whether progress and notes are left out.
  @Flag(help: "Print no progress and no notes; warnings and errors are still printed.")
  public var quiet = false

  /// Whether results are printed as JSON.
  @Flag(help: "Print the result as JSON on standard output.")
  public var json = false

  /// Creates options with their default values; the parser fills them in.
  public init() {}

  /// Checks what the parser cannot.
  ///
  /// - Throws: `CommandError.invalidValue` when a number is out of range.
  public func validate() throws {
    if let threads { try requireValue(threads, in: 1...1024, flag: "--threads") }
    try requireValue(seed, atLeast: 0, flag: "--seed")
  }

  /// Number of threads to work with.
  public var threadCount: Int { threads ?? AvailableProcessors().count }

  /// Says on standard error, unless that is not wanted, what the user should know of a result.
  ///
  /// - Parameter text: A sentence without a full stop.
  public func note(_ text: String) {
    if !quiet { StandardError.write("note: \(text.onOneLine)\n") }
  }

  /// The same for several, a line each.
  ///
  /// - Parameter texts: Sentences without full stops.
  public func note(_ texts: [String]) {
    for text in texts { note(text) }
  }

  /// Warns on standard error, also where notes are not wanted: of a result that should not be trusted.
  ///
  /// - Parameter texts: Sentences without full stops.
  public func warn(_ texts: [String]) {
    for text in texts { StandardError.write("warning: \(text.onOneLine)\n") }
  }

  /// Prints the result of a command on standard output.
  ///
  /// - Parameters:
  ///   - result: The result for programs, printed with `--json`.
  ///   - text: The result for people, printed without.
  /// - Throws: `CommandError.standardOutputFailed`.
  public func printResult(_ result: @autoclosure () -> JSONValue, text: @autoclosure () -> String)
    throws
  {
    try StandardOutput.write(json ? result().text(.pretty) : text())
  }
}
