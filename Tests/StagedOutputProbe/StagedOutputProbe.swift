import ArgumentParser
import Checkpoints
import CommandSupport
import Files
import Glibc
import LinearAlgebra
import OrderedJSON

/// A command that does nothing but write an output, for tests of what all commands share.
@main
struct StagedOutputProbe: SutureCommand {
  @OptionGroup var outputOptions: OutputOptions
  @OptionGroup var runOptions: RunOptions

  @Flag(help: "Write a folder with a file in it instead of a file.")
  var folder = false

  @Option(help: "What the command reads.")
  var input: [String] = []

  @Option(help: "A file to map and to touch once it has been shortened.")
  var map: String?

  @Option(help: "What happens once the output is half written.")
  var ending = Ending.success

  enum Ending: String, ExpressibleByArgument {
    case success
    case failure
    case multiplication
  }

  func run() throws {
    try outputOptions.write(as: folder ? .folder : .file, inputs: input) { path in
      try writeLines(to: folder ? "\(path)/responses.jsonl" : path)
      if folder {
        try OutputText.write(
          #"{"tool_version": "1", "command_line": "probe"}"#, to: "\(path)/scores.json")
      }
      if let map { try touchWhenShortened(map) }
      switch ending {
      case .success: break
      case .failure: throw CommandError.inputMissing(path: "example", reason: "not there")
      case .multiplication: try multiplyForever()
      }
    }
    var result = JSONObject()
    result["kernel"] = .string(blasKernel)
    result["threads"] = .integer(ComputeThreads.count)
    try runOptions.printResult(.object(result), text: "done")
  }

  private func writeLines(to path: String) throws {
    let file = try fopen(path, "w").orThrow(path)
    let progress = Progress("lines", total: 1000, unit: "lines", quiet: runOptions.quiet)
    // As what a tool writes: a head that says whose it is.
    let head = "{\"format\": \"suture-probe\"}\n"
    for line in 0..<1000 {
      fputs(line == 0 ? head : "a line of output, one of many\n", file)
      progress.advance()
    }
    progress.finish()
    if ferror(file) != 0 || fclose(file) != 0 {
      throw CommandError.outputNotWritten(path: path, reason: "no space")
    }
  }

  private func touchWhenShortened(_ path: String) throws {
    let file = try MappedFile(opening: path)
    try StandardOutput.write("mapped")
    while true {
      file.advise(.finished, in: 0..<file.byteCount)
      _ = file.bytes(in: 0..<file.byteCount)
    }
  }

  /// One call takes seconds, during which no code of ours runs on this thread.
  private func multiplyForever() throws {
    let factor = Matrix(rows: 4000, columns: 4000)
    var product = Matrix(rows: 4000, columns: 4000)
    try StandardOutput.write("multiplying")
    while true { product.multiply(factor, by: factor) }
  }
}

extension Optional {
  fileprivate func orThrow(_ path: String) throws -> Wrapped {
    guard let self else { throw CommandError.outputNotCreatable(path: path, reason: "fopen") }
    return self
  }
}
