import Foundation
import TestSupport

/// A built executable, run as a user runs it.
struct Executable {
  let name: String
  /// Variables set beside the inherited ones; an empty value removes one.
  var environment: [String: String] = [:]

  struct Outcome {
    let status: Int32
    let standardOutput: String
    let standardError: String
    let seconds: Double

    /// The lines of standard error.
    var errorLines: [String] {
      standardError.split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
    }
  }

  /// Products lie beside the test bundle.
  static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  static func path(of name: String) -> String { folder.appendingPathComponent(name).path }

  /// Runs the executable to its end, or kills it after `limit` seconds.
  func run(_ arguments: [String], limit: Double = 60) throws -> Outcome {
    let running = try start(arguments)
    return try running.wait(limit: limit)
  }

  /// Starts the executable.
  func start(_ arguments: [String]) throws -> RunningExecutable {
    try RunningExecutable(Self.path(of: name), arguments, environment)
  }

  /// Runs a line of the shell in which `$0` is the executable.
  func runInShell(_ script: String, _ arguments: [String] = []) throws -> Outcome {
    let shell = ["-c", script, Self.path(of: name)] + arguments
    return try RunningExecutable("/bin/bash", shell, environment).wait(limit: 60)
  }
}

/// A started executable with its output in files, which cannot block it.
final class RunningExecutable {
  private let process = Process()
  private let scratch: TemporaryFolder
  private let start = ContinuousClock.now

  init(_ path: String, _ arguments: [String], _ environment: [String: String]) throws {
    scratch = try TemporaryFolder()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      .filter { $0.value != "" }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try scratch.emptyFile("stdout")
    process.standardError = try scratch.emptyFile("stderr")
    try process.run()
  }

  /// Waits until the executable has printed something on standard output.
  func waitForOutput(limit: Double = 60) throws {
    while try scratch.text("stdout").isEmpty, process.isRunning, elapsed < limit {
      usleep(10_000)
    }
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  func wait(limit: Double) throws -> Executable.Outcome {
    while process.isRunning, elapsed < limit { usleep(2_000) }
    if process.isRunning { send(SIGKILL) }
    process.waitUntilExit()
    let signalled = process.terminationReason == .uncaughtSignal
    return Executable.Outcome(
      status: signalled ? -process.terminationStatus : process.terminationStatus,
      standardOutput: try scratch.text("stdout"), standardError: try scratch.text("stderr"),
      seconds: elapsed)
  }

  private var elapsed: Double { start.duration(to: .now) / .seconds(1) }
}

extension TemporaryFolder {
  /// A folder with a whole tiny model: weights and configuration, tokenizer, and this template.
  convenience init(modelWithTemplate template: String) throws {
    try self.init()
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try copy("tokenizers/bytelevel-llama3-like/\(name)", to: name)
    }
    for name in ["config.json", "model.safetensors"] { try copy("models/llama/\(name)", to: name) }
    try write(template, to: "chat_template.jinja")
  }

  fileprivate func emptyFile(_ name: String) throws -> FileHandle {
    try FileHandle(forWritingTo: URL(filePath: write("", to: name)))
  }
}
