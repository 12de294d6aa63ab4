import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Sweeps that are left alone, disturbed, shared and broken, with tools that take a moment.
@Suite struct SweepEngineTests {
  let tools: FakeTools

  init() throws { tools = try FakeTools() }

  @Test func completeAndThenNothingToDo() throws {
    let first = try tools.run(["--jobs", "2"])
    #expect(first.status == 0, "\(first.standardError)")
    #expect(try tools.log().count == FakeTools.cellCount)
    #expect(try tools.cells().count == FakeTools.cellCount)
    #expect(first.errorLines.count { $0.hasPrefix("finished ") } == FakeTools.cellCount)
    let results = try tools.results()
    let cells = try tools.cells()
    let again = try tools.run()
    #expect(again.status == 0)
    #expect(
      again.standardOutput == """
        attack: 1 of 1 cell done, 0 running, 0 failed, 0 missing
        recovery: 6 of 6 cells done, 0 running, 0 failed, 0 missing
        evaluation: 14 of 14 cells done, 0 running, 0 failed, 0 missing

        """)
    #expect(try tools.log().count == FakeTools.cellCount)
    #expect(try tools.cells() == cells)
    #expect(try tools.results() == results)
    #expect(try tools.scratch.contents(of: "out/staging") == [])
  }

  /// A header, and for each state (of the model as it is and as attacked, and two of each of six recoveries) a
  /// rate, one that there was nothing to measure for, and one of a category.
  @Test func tables() throws {
    _ = try tools.run()
    let lines = try tools.scratch.text("out/results.csv").split(separator: "\n").map(String.init)
    #expect(
      lines[0]
        == "model,attack,seed,recovery,example,subspace,rank,step,set,category,metric,value,low,"
        + "high,count,cell")
    #expect(lines.count == 1 + 14 * 3)
    #expect(lines[1].hasPrefix("tiny,none,0,,,,,,harmful,,refusal_rate,0."))
    #expect(lines[2].hasPrefix("tiny,none,0,,,,,,harmful,,attack_success_rate,,,,2,"))
    #expect(
      lines[3].hasPrefix("tiny,none,0,,,,,,harmful,\"a, \"\"b\"\"\",refusal_rate,0.5,0.1,0.9,2,"))
    let own = lines.filter { $0.hasPrefix("tiny,identity,0,own,0,own,4,") }
    #expect(own.map { $0.split(separator: ",")[7] } == ["2", "2", "2", "3", "3", "3"])
    #expect(try Python.run("check_sweep_results.py", [tools.scratch.file("out"), "14"]) == 0)
  }

  @Test func record() throws {
    _ = try tools.run()
    let folder = "out/cells/attack"
    let identity = try #require(try tools.scratch.contents(of: folder).first)
    #expect(
      try tools.scratch.contents(of: "\(folder)/\(identity)")
        == ["cell.json", "output", "stderr.txt"])
    let record = try JSONValue(parsing: try tools.scratch.text("\(folder)/\(identity)/cell.json"))
    #expect(record["format"]?.stringValue == "suture-cell")
    #expect(record["identity"]?.stringValue == identity)
    #expect(record["labels"]?.arrayValue?.first?.stringValue == "attack/tiny/identity/0")
    #expect(try #require(record["seconds"]?.doubleValue) > 0)
    #expect(try #require(record["peak_memory"]?.integerValue) > 1 << 20)
    // The command makes it again, in a folder of its own.
    let command = try #require(record["command"]?.stringValue)
    let folderOfOwn = try tools.scratch.makeFolder("by-hand")
    let outcome = try Executable(name: "fine-tune", environment: ["FAKE_LOG": "/dev/null"])
      .runInShell("cd '\(folderOfOwn)' && \(command)")
    #expect(outcome.status == 0)
    #expect(try tools.scratch.contents(of: "by-hand/output") == ["bytes", "training.json"])
  }

  @Test func failuresAreKeptAndOthersMade() throws {
    let failing = ["FAKE_FAIL": "recover-safety*--rank=4 "]
    let outcome = try tools.run(["--keep-going"], failing)
    #expect(outcome.status == 1)
    // Two recoveries, of which two states each are evaluated.
    #expect(try tools.cells().count == FakeTools.cellCount - 2 - 4)
    #expect(outcome.errorLines.last == "error: 2 cells failed, 4 more were not made")
    let again = try #require(outcome.errorLines.first { $0.hasPrefix("  again: ") })
    #expect(again.contains("/recover-safety --model="))
    #expect(try tools.scratch.contents(of: "out/failed").count == 2)
    let log = try #require(outcome.errorLines.first { $0.hasPrefix("  log: ") })
    #expect(
      try String(contentsOfFile: String(log.dropFirst(7)), encoding: .utf8)
        == "working\nerror: it is broken\n")
    let status = try tools.run(["--status"])
    #expect(
      status.standardOutput.contains("recovery: 4 of 6 cells done, 0 running, 2 failed, 0 missing"))
    #expect(status.standardOutput.contains("failed: recovery/tiny/identity/0/own/rank=4"))
    // The tables of what there is are made all the same.
    #expect(try tools.scratch.text("out/results.csv").split(separator: "\n").count == 1 + 10 * 3)
    let mended = try tools.run()
    #expect(mended.status == 0)
    #expect(try tools.log().count == FakeTools.cellCount + 2)
    #expect(try tools.scratch.contents(of: "out/failed") == [])
  }

  @Test func stopsAtAFailureOtherwise() throws {
    let outcome = try tools.run([], ["FAKE_FAIL": "recover-safety*--rank=1 "])
    #expect(outcome.status == 1)
    #expect(try tools.log().count == 2)
    #expect(outcome.errorLines.last == "error: 1 cell failed, 19 more were not made")
  }

  @Test(arguments: [
    ["FAKE_CODE": "74", "FAKE_ERROR": "output: cannot be written: no space left on device"],
    ["FAKE_SIGNAL": "KILL"],
  ]) func stopsAtOnceWhenNothingCanBeMade(_ settings: [String: String]) throws {
    let failing = settings.merging(["FAKE_FAIL": "recover-safety"]) { $1 }
    let outcome = try tools.run(["--keep-going"], failing)
    #expect(outcome.status == 74)
    #expect(try tools.log().count == 2)
    let errors = outcome.errorLines.filter { $0.hasPrefix("error: ") }
    #expect(errors.count == 1)
    #expect(
      errors[0].contains(settings["FAKE_CODE"] == nil ? "memory ran out" : "the disk is full"))
    #expect(try tools.run().status == 0)
    #expect(try tools.log().count == FakeTools.cellCount + 1)
  }

  @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
  func signals(_ signal: Int32, _ status: Int32) throws {
    let running = try tools.start(["--jobs", "2"], ["FAKE_SECONDS": "0.3"])
    try waitForCells(3)
    running.send(signal)
    let outcome = try running.wait(limit: 30)
    #expect(outcome.status == status)
    #expect(try tools.scratch.contents(of: "out/staging") == [])
    let cells = try tools.cells()
    #expect(cells.count >= 3)
    #expect(cells.count < FakeTools.cellCount)
    #expect(try tools.run().status == 0)
    let after = try tools.cells()
    #expect(cells.allSatisfy { after[$0.key] == $0.value })
  }

  private func waitForCells(_ count: Int) throws {
    for _ in 0..<600 where try tools.cells().count < count { usleep(50_000) }
  }

  /// The acceptance tests do it 200 times.
  @Test(.timeLimit(.minutes(10))) func killedAtRandomMoments() throws {
    try tools.expectNothingLost(killing: 3)
  }

  @Test(.timeLimit(.minutes(5))) func fourAtOnce() throws {
    let running = try (0..<4).map { _ in
      try tools.start(["--jobs", "2"], ["FAKE_SECONDS": "0.1"])
    }
    for sweep in running {
      let outcome = try sweep.wait(limit: 120)
      #expect(outcome.status == 0, "\(outcome.standardError)")
      #expect(outcome.standardOutput.contains("evaluation: 14 of 14 cells done"))
    }
    let log = try tools.log()
    #expect(log.count == FakeTools.cellCount)
    #expect(Set(log).count == FakeTools.cellCount)
  }

  @Test func damagedCellsAreMadeAgain() throws {
    _ = try tools.run()
    let results = try tools.results()
    let evaluations = try tools.scratch.contents(of: "out/cells/evaluation")
    let cells = "out/cells/evaluation"
    try tools.scratch.write(
      "{\"set\": \"harmful\"}\n", to: "\(cells)/\(evaluations[0])/output/responses.jsonl")
    try tools.scratch.write("{\"format\": \"su", to: "\(cells)/\(evaluations[1])/cell.json")
    try FileManager.default.removeItem(
      atPath: tools.scratch.file("\(cells)/\(evaluations[2])/output/scores.json"))
    let status = try tools.run(["--status"])
    #expect(status.standardOutput.contains("has 1 of 2 responses of harmful"))
    #expect(status.standardOutput.contains("has no whole cell.json"))
    #expect(status.standardOutput.contains("scores.json is not whole"))
    let outcome = try tools.run()
    #expect(outcome.status == 0)
    #expect(outcome.errorLines.count { $0.contains("is made again") } == 3)
    #expect(try tools.log().count == FakeTools.cellCount + 3)
    #expect(try tools.results() == results)
  }

  /// A step that a recovery ended before is not there, and that is no failure.
  @Test func stepsThatWereNotReached() throws {
    let script = try tools.scratch.text("bin/recover-safety")
    try tools.scratch.write(
      script.replacing("mkdir .part/step-2 || full", with: "true").replacing(
        "[{}, {}, {}]", with: "[{}]"),
      to: "bin/recover-safety")
    let outcome = try tools.run()
    #expect(outcome.status == 0)
    #expect(outcome.standardOutput.contains("evaluation: 8 of 14 cells done"))
    #expect(outcome.standardOutput.contains("6 not there"))
    #expect(outcome.errorLines.count { $0.contains("ended before step-2") } == 6)
  }

  @Test func onlyWhatIsAskedForAndShares() throws {
    let outcome = try tools.run(["--only", "recovery/*/own/rank=4"])
    #expect(outcome.status == 0)
    #expect(try tools.log().count == 2)
    #expect(try tools.run(["--only", "nothing"]).status == 64)
    for task in 0..<3 {
      #expect(try tools.run(["--task", "\(task)", "--of", "3"], output: "shared").status <= 1)
    }
    for task in 0..<3 {
      #expect(try tools.run(["--task", "\(task)", "--of", "3"], output: "shared").status <= 1)
    }
    #expect(try tools.cells("shared").count == FakeTools.cellCount)
  }

  @Test func foldersOfOthersAreLeftAlone() throws {
    try tools.scratch.write("mine", to: "out/thesis.txt")
    let outcome = try tools.run()
    #expect(outcome.status == 73)
    #expect(try tools.scratch.contents(of: "out") == ["thesis.txt"])
  }

  @Test func dryRunLeavesNothing() throws {
    let outcome = try tools.run(["--dry-run"])
    #expect(outcome.status == 0)
    #expect(outcome.standardOutput.hasPrefix("sweep: 21 cells, 0 done, in "))
    #expect(
      outcome.standardOutput.contains("├─ recovery: 6 cells of recover-safety, 0 done, 6 to do\n"))
    #expect(!FileManager.default.fileExists(atPath: tools.scratch.file("out")))
    #expect(try tools.log() == [])
  }
}
