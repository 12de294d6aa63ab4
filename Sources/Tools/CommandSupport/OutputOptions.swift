import ArgumentParser

/// Flags that say where the output goes.
public struct OutputOptions: ParsableArguments {
  /// Where the output goes.
  @Option(
    help: ArgumentHelp(
      "Where to write the output; it appears under this name only when it is whole.",
      valueName: "path"))
  public var output: String

  /// Whether an existing output is replaced.
  @Flag(help: "Replace an existing output of this toolkit instead of refusing to start.")
  public var force = false

  /// Creates options for the parser to fill in.
  public init() {}

  /// Checks what the parser cannot.
  ///
  /// - Throws: `CommandError.invalidValue` when the path is empty.
  public func validate() throws {
    try requirePath(output, flag: "--output")
  }

  /// Runs `body`, which writes the output at the path that it is given, then publishes the output.
  ///
  /// - Parameters:
  ///   - form: Whether the output is a file or a folder.
  ///   - inputs: What the command reads and the output must not replace.
  ///   - body: Writes the output.
  /// - Returns: What `body` returns.
  /// - Throws: See `StagedOutput.write`.
  public func write<Result>(
    as form: OutputForm, inputs: [String], _ body: (_ stagingPath: String) throws -> Result
  ) throws -> Result {
    try StagedOutput.write(output, as: form, force: force, inputs: inputs, body)
  }
}
