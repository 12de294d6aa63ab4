import TestSupport
import Testing

private let probe = Executable(name: "staged-output-probe")

@Test func closedPipeEndsQuietly() throws {
  let outcome = try probe.runInShell("set -o pipefail; \"$0\" --help | true")
  #expect(outcome.status == 0)
  #expect(outcome.standardError == "")
}

@Test func fullStandardOutputIsAnInputOutputError() throws {
  let outcome = try probe.runInShell("\"$0\" --help > /dev/full")
  #expect(outcome.status == 74)
  #expect(outcome.standardError == "error: standard output: no space left on device\n")
}

@Test func closedStandardOutputIsAnInputOutputError() throws {
  let outcome = try probe.runInShell("\"$0\" --help >&-")
  #expect(outcome.status == 74)
  #expect(outcome.errorLines.count == 1)
}

@Test func progressIsPlainLinesWithoutATerminal() throws {
  let scratch = try TemporaryFolder()
  let outcome = try probe.run(["--output", scratch.file("out")])
  #expect(outcome.errorLines.count == 1)
  #expect(outcome.standardError.hasPrefix("lines: 1000 of 1000 lines (100 %), "))
}

@Test func quietSilencesProgress() throws {
  let scratch = try TemporaryFolder()
  let outcome = try probe.run(["--output", scratch.file("out"), "--quiet"])
  #expect(outcome.status == 0)
  #expect(outcome.standardError == "")
}
