import ArgumentParser

/// Flags that say where the output goes, for commands that can do without one.
public struct OptionalOutputOptions: ParsableArguments {
  /// Where the output goes; nil where the result is printed alone.
  @Option(
    help: ArgumentHelp(
      "Where to write the output; it appears under this name only when it is whole.",
      valueName: "path"))
  public var output: String?

  /// Whether an existing output is replaced.
  @Flag(help: "Replace an existing output of this toolkit instead of refusing to start.")
  public var force = false

  /// Creates options for the parser to fill in.
  public init() {}

  /// Checks what the parser cannot.
  ///
  /// - Throws: `CommandError.invalidValue` when the path is empty.
  public func validate() throws {
    if let output { try requirePath(output, flag: "--output") }
    if force, output == nil { throw ValidationError("--force needs --output") }
  }

  /// The path of a file beside the output that is there as long as the output is not.
  ///
  /// - Parameter suffix: What follows the output's own name.
  /// - Returns: The path; nil where there is no output.
  public func path(besideWith suffix: String) -> String? {
    output.map { output in
      let slashes = output.reversed().prefix { $0 == "/" }.count
      return output.dropLast(min(slashes, output.count - 1)) + suffix
    }
  }

  /// Runs `body` with a path to write the output at, and publishes it, or with nil where none is wanted.
  ///
  /// - Parameters:
  ///   - form: Whether the output is a file or a folder.
  ///   - inputs: What the command reads and the output must not replace.
  ///   - body: Writes the output.
  /// - Returns: What `body` returns.
  /// - Throws: See `StagedOutput.write`.
  public func write<Result>(
    as form: OutputForm, inputs: [String], _ body: (_ stagingPath: String?) throws -> Result
  ) throws -> Result {
    guard let output else { return try body(nil) }
    return try StagedOutput.write(output, as: form, force: force, inputs: inputs) { try body($0) }
  }
}
