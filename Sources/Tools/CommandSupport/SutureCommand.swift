import ArgumentParser
import Failures
import Glibc
import LinearAlgebra

/// A command of the toolkit: parsed by swift-argument-parser, with the toolkit's exit codes, one
/// line an error, and outputs that are whole or absent.
///
/// A conforming type is marked `@main` and implements `run()`, which throws what its libraries throw.
public protocol SutureCommand: ParsableCommand {
  /// The flags that every command has.
  var runOptions: RunOptions { get }
}

extension SutureCommand {
  /// Entry point of the executable.
  public static func main() {
    StartedBy.endWithStarter()
    StandardStreams.occupy()
    AddressSpace.requireRoom()
    Interruption.ignoreWriteSignals()
    do {
      guard var command = try parsed(), !StartedBy.wantsCheckOnly() else { return }
      KernelSelection.restartIfMisdetected()
      Interruption.install()
      try ComputeThreads.$count.withValue(command.runOptions.threadCount) { try command.run() }
    } catch {
      let report = ErrorReport(error)
      report.write()
      Glibc.exit(report.status)
    }
  }

  /// The command with its arguments, or nil after a request for help has been answered.
  private static func parsed() throws -> Self? {
    try requireText()
    do {
      return try parse()
    } catch {
      guard exitCode(for: error).isSuccess else {
        throw UsageError(message: message(for: error), command: _commandName)
      }
      try StandardOutput.write(fullMessage(for: error))
      return nil
    }
  }
}

extension SutureCommand {
  /// Refuses arguments that are not UTF-8: they would become names of other files.
  private static func requireText() throws(UsageError) {
    for index in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = unsafe CommandLine.unsafeArgv[index] else { return }
      if unsafe String(validatingCString: argument) == nil {
        throw UsageError(message: "argument \(index) is not UTF-8", command: _commandName)
      }
    }
  }
}

/// Arguments that do not make a command.
struct UsageError: Failure {
  let message: String
  let command: String

  var kind: FailureKind { .usage }
  var description: String { "\(message.loweringFirstLetter) (see \(command) --help)" }
}
