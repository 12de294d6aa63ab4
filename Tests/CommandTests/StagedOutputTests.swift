import Foundation
import TestSupport
import Testing

private let probe = Executable(name: "staged-output-probe")
private let forms: [[String]] = [[], ["--folder"]]
/// A log of a run; it also begins as a file of ours does.
private let log = #"{"format": "suture-x", "tool_version": "1", "command_line": "x"}"#

@Test(arguments: forms)
func outputAppearsWhole(_ form: [String]) throws {
  let scratch = try TemporaryFolder()
  let outcome = try probe.run(["--output", scratch.file("out")] + form)
  #expect(outcome.status == 0)
  #expect(outcome.standardOutput == "done\n")
  #expect(try scratch.contents() == ["out"])
  let text = try scratch.text(form.isEmpty ? "out" : "out/responses.jsonl")
  #expect(text.split(separator: "\n").count == 1000)
}

@Test(arguments: forms)
func failureLeavesNothing(_ form: [String]) throws {
  let scratch = try TemporaryFolder()
  let outcome = try probe.run(
    ["--output", scratch.file("out"), "--ending", "failure", "--quiet"] + form)
  #expect(outcome.status == 66)
  #expect(outcome.standardError == "error: example: not there\n")
  #expect(try scratch.contents() == [])
}

@Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)], forms)
func signalInsideMultiplicationLeavesNothing(
  _ signal: (number: Int32, status: Int32), _ form: [String]
) throws {
  let scratch = try TemporaryFolder()
  let running = try probe.start(
    ["--output", scratch.file("out"), "--ending", "multiplication"] + form)
  try running.waitForOutput()
  #expect(try scratch.contents().count == 1)
  let before = ContinuousClock.now
  running.send(signal.number)
  let outcome = try running.wait(limit: 60)
  #expect(outcome.status == signal.status)
  #expect(before.duration(to: .now) < .seconds(2))
  #expect(try scratch.contents() == [])
}

@Test(arguments: forms)
func existingOutputIsKept(_ form: [String]) throws {
  let scratch = try TemporaryFolder()
  try scratch.write("precious", to: "out")
  let outcome = try probe.run(["--output", scratch.file("out")] + form)
  #expect(outcome.status == 73)
  #expect(
    outcome.standardError == "error: \(scratch.file("out")): exists already (--force replaces it)\n"
  )
  #expect(try scratch.text("out") == "precious")
}

@Test func forceReplacesFile() throws {
  let scratch = try TemporaryFolder()
  try scratch.write("{\"format\": \"suture-old\"}", to: "out")
  #expect(try probe.run(["--output", scratch.file("out"), "--force"]).status == 0)
  #expect(try scratch.contents() == ["out"])
  #expect(try scratch.text("out").contains("suture-probe"))
}

@Test func forceReplacesFolderAsAWhole() throws {
  let scratch = try TemporaryFolder()
  _ = try scratch.makeFolder("out/step-3")
  try scratch.write("old", to: "out/step-3/adapter_model.safetensors")
  try scratch.write(log, to: "out/recovery.json")
  #expect(try probe.run(["--output", scratch.file("out/"), "--force", "--folder"]).status == 0)
  #expect(try scratch.contents() == ["out"])
  #expect(try scratch.contents(of: "out") == ["responses.jsonl", "scores.json"])
}

@Test(arguments: forms)
func forceThatFailsKeepsTheOldOutput(_ form: [String]) throws {
  let scratch = try TemporaryFolder()
  let kept = form.isEmpty ? "out" : "out/scores.json"
  if !form.isEmpty { _ = try scratch.makeFolder("out") }
  try scratch.write(log, to: kept)
  let outcome = try probe.run(
    ["--output", scratch.file("out"), "--force", "--ending", "failure"] + form)
  #expect(outcome.status == 66)
  #expect(try scratch.contents() == ["out"])
  #expect(try scratch.text(kept) == log)
}

@Test func forceThroughLinkReplacesWhatItPointsTo() throws {
  let scratch = try TemporaryFolder()
  try scratch.write("{\"format\": \"suture-old\"}", to: "real")
  try FileManager.default.createSymbolicLink(
    atPath: scratch.file("out"), withDestinationPath: "real")
  #expect(try probe.run(["--output", scratch.file("out"), "--force"]).status == 0)
  #expect(try scratch.contents() == ["out", "real"])
  #expect(try scratch.text("real").contains("suture-probe"))
}

@Test func forceNeverReplacesAnInput() throws {
  let scratch = try TemporaryFolder()
  let input = try scratch.write(log, to: "in")
  let same = try probe.run(["--output", "\(scratch.path)/./in", "--input", input, "--force"])
  #expect(same.status == 73)
  #expect(same.standardError.contains("is an input"))
  let around = try probe.run(["--output", scratch.path, "--input", input, "--force", "--folder"])
  #expect(around.status == 73)
  #expect(around.standardError.contains("holds the input"))
  #expect(try scratch.text("in") == log)
}

@Test(arguments: ["/", ".", "..", "/dev/null"])
func forceNeverReplacesWhatIsNoResult(_ path: String) throws {
  for form in forms {
    let outcome = try probe.run(["--output", path, "--force"] + form)
    #expect(outcome.status == 73)
  }
}

@Test(arguments: ["missing/out", "file/out"], forms)
func placeThatCannotBeWrittenIsRefusedAtOnce(_ name: String, _ form: [String]) throws {
  let scratch = try TemporaryFolder()
  try scratch.write("", to: "file")
  let outcome = try probe.run(["--output", scratch.file(name), "--quiet"] + form)
  #expect(outcome.status == 73)
  #expect(outcome.errorLines.count == 1)
  #expect(try scratch.contents() == ["file"])
}

@Test(arguments: forms)
func unwritableFolderIsRefused(_ form: [String]) throws {
  // Nobody can create files there, not even root.
  let outcome = try probe.run(["--output", "/proc/self/out", "--quiet"] + form)
  #expect(outcome.status == 73)
  #expect(outcome.errorLines.count == 1)
}

@Test(arguments: forms)
func fullDiskIsAnInputOutputError(_ form: [String]) throws {
  let scratch = try TemporaryFolder()
  let outcome = try probe.runInShell(
    "ulimit -f 8; exec \"$0\" --quiet --output \"$@\"", [scratch.file("out")] + form)
  #expect(outcome.status == 74)
  #expect(try scratch.contents() == [])
}

@Test func leftoversOfAnotherProcessAreHarmless() throws {
  let scratch = try TemporaryFolder()
  // The shell's number becomes the probe's by exec.
  let outcome = try probe.runInShell(
    "touch \"$1/.out.partial-$$\"; exec \"$0\" --quiet --output \"$1/out\"", [scratch.path])
  #expect(outcome.status == 0)
  #expect(try scratch.contents().count == 2)
  #expect(try scratch.contents().last == "out")
}
