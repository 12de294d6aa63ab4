import Foundation
import OrderedJSON

/// The program `chat-server`, which see, in a process of its own, for as long as this object lives.
package final class ScriptedServer {
  /// Its address, without a path.
  package let url: String
  private let process = Process()
  private let input = Pipe()
  private let folder: TemporaryFolder

  /// Starts a server and waits until it listens.
  ///
  /// - Parameter rules: The script.
  /// - Throws: When the server cannot be started.
  package init(_ rules: [JSONValue]) throws {
    folder = try TemporaryFolder()
    let script = try folder.write(JSONValue.array(rules).text(), to: "script.json")
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent().appendingPathComponent("chat-server")
    process.arguments = [script, folder.file("log.jsonl")]
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    url = line.trimmingCharacters(in: .newlines)
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// What was asked so far, in the order of its arrival.
  package func requests() throws -> [JSONValue] {
    try folder.text("log.jsonl").utf8.split(separator: UInt8(ascii: "\n"))
      .map { try JSONValue(parsing: Array($0)) }
  }

  /// The largest number of requests that were under way at once.
  package func peak() throws -> Int {
    try requests().compactMap { $0["under_way"]?.integerValue }.max() ?? 0
  }
}
