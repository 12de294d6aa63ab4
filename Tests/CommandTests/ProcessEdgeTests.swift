import Foundation
import TestSupport
import Testing

private let probe = Executable(name: "staged-output-probe")

/// What a process may be given, or lose, at its edges.
@Suite struct ProcessEdgeTests {
  let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  /// A file opened later must not get the number of a stream: the output would have messages in it.
  @Test(arguments: ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
  func closedStreams(_ closing: String) throws {
    let outcome = try probe.runInShell(
      "\"$0\" --output \"$1/out\" \(closing)", [scratch.path])
    #expect(outcome.status == (closing.contains(" >&-") || closing == ">&-" ? 74 : 0))
    let lines = try scratch.text("out").split(separator: "\n")
    #expect(lines.count == 1000)
    #expect(lines.dropFirst().allSatisfy { $0 == "a line of output, one of many" })
  }

  @Test func fileThatIsShortenedWhileItIsRead() throws {
    let path = scratch.file("weights")
    try Data(repeating: 1, count: 1 << 20).write(to: URL(fileURLWithPath: path))
    let running = try probe.start(
      ["--output", scratch.file("out"), "--quiet", "--map", path])
    try running.waitForOutput()
    #expect(truncate(path, 4096) == 0)
    let outcome = try running.wait(limit: 30)
    #expect(outcome.status == 74)
    #expect(
      outcome.standardError
        == "error: \(path): reading failed: it was shortened or its device failed\n")
    #expect(try scratch.contents() == ["weights"])
  }

  @Test(arguments: [["--help"], ["--output", "/nowhere/out"]])
  func tooLittleAddressSpace(_ arguments: [String]) throws {
    // What the libraries take is not the same everywhere: the first limit that lets them load.
    for kibibytes in stride(from: 150_000, through: 400_000, by: 50_000) {
      let outcome = try probe.runInShell(
        "ulimit -v \(kibibytes); exec timeout 20 \"$0\" \"$@\"", arguments)
      if outcome.standardError.contains("shared libraries") { continue }
      if outcome.standardError.contains("blas_thread_init") { continue }
      #expect(outcome.status == 74)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.standardError.contains("(ulimit -v) leaves"))
      return
    }
    Issue.record("no limit was too small")
  }

  /// Such a path would become the name of another file.
  @Test func argumentThatIsNotUTF8() throws {
    let outcome = try probe.runInShell("\"$0\" --output \"$1/$(printf 'a\\377')\"", [scratch.path])
    #expect(outcome.status == 64)
    #expect(outcome.standardError.hasPrefix("error: argument 2 is not UTF-8"))
    #expect(try scratch.contents() == [])
  }

  /// The pipe that a shell makes of a command has a writer and is read like a file.
  @Test func pipeOfAShell() throws {
    let outcome = try Executable(name: "inspect-model").runInShell(
      "\"$0\" --model \"$1\" --tokenize <(sleep 0.3; echo '{\"text\": \"hello\"}')",
      [Fixtures.path("tokenizers/bytelevel-llama3-like")])
    #expect(outcome.status == 0)
    #expect(outcome.standardOutput.contains("hello"))
  }

  /// Pipes without a writer, devices and links to nothing where a file of texts is expected.
  @Test(arguments: ["pipe", "/dev/zero", "dangling", "folder"])
  func whatIsNoFile(_ name: String) throws {
    #expect(mkfifo(scratch.file("pipe"), 0o600) == 0)
    _ = try scratch.makeFolder("folder")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("dangling"), withDestinationPath: "nothing")
    let path = name.hasPrefix("/") ? name : scratch.file(name)
    for (tool, flags) in [
      ("inspect-model", ["--model", path]), ("decompose-gradients", [path, "--output", "x.h5"]),
      ("export-spectra", [path, "--format", "csv", "--output", scratch.file("x")]),
      ("inspect-model", ["--model", Fixtures.llama, "--tokenize", path]),
      (
        "compute-gradients",
        ["--model", Fixtures.llama, "--examples", path, "--output", scratch.file("x")]
      ),
      (
        "compute-gradients",
        [
          "--model", Fixtures.llama, "--adapter", path, "--examples", path, "--output",
          scratch.file("x"),
        ]
      ),
      ("inspect-model", ["--model", Fixtures.llama, "--chat-template", path]),
    ] where !(tool == "inspect-model" && flags.count == 2 && name == "folder") {
      let outcome = try Executable(name: tool).run(flags, limit: 20)
      #expect([64, 65, 66].contains(outcome.status), "\(tool) \(flags): \(outcome)")
      #expect(outcome.errorLines.count == 1, "\(tool) \(flags): \(outcome)")
      #expect(outcome.seconds < 15)
    }
  }
}
