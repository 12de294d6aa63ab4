import Foundation
import OrderedJSON
import TestSupport
import Testing

/// Sweeps on a cluster that runs what it is given at once.
@Suite struct SlurmEngineTests {
  let tools: FakeTools
  let cluster: FakeCluster

  init() throws {
    tools = try FakeTools()
    cluster = try FakeCluster(tools)
  }

  private func run(
    _ arguments: [String], output: String = "out", _ settings: [String: String] = [:]
  ) throws -> Executable.Outcome {
    try tools.run(arguments, output: output, cluster.environment.merging(settings) { $1 })
  }

  @Test(.timeLimit(.minutes(5))) func theSameResults() throws {
    let outcome = try run(["--engine", "slurm", "--slurm", "tasks=4", "--slurm", "time=30"])
    #expect(outcome.status == 0, "\(outcome.standardError)")
    #expect(
      outcome.standardOutput == """
        attack: job 17, 1 cell in 1 task
        recovery: job 18, 6 cells in 4 tasks
        evaluation: job 19, 14 cells in 4 tasks
        results: job 20, the tables

        """)
    let log = try tools.log()
    #expect(log.count == FakeTools.cellCount)
    // The processors of a task are its threads, nine tenths of its memory the limit of its tools.
    #expect(log.allSatisfy { $0.contains(" --threads=2 --memory-limit=943718400 ") })
    #expect(try tools.cells().count == FakeTools.cellCount)
    let status = try run(["--status"])
    #expect(
      status.standardOutput.hasSuffix(
        """
        attack: job 17, tasks: 1 completed; cells: 1 ran, 0 reused, 0 failed by us, 0 lost by Slurm
        recovery: job 18, tasks: 4 completed; cells: 6 ran, 0 reused, 0 failed by us, 0 lost by Slurm
        evaluation: job 19, tasks: 4 completed; cells: 14 ran, 0 reused, 0 failed by us, 0 lost by Slurm
        results: job 20, tasks: 1 completed

        """), "\(status.standardOutput)")
    // The job after all others has made the tables.
    let results = try tools.results()
    #expect(try tools.run(output: "local").status == 0)
    #expect(try tools.results("local") == results)
    let again = try run(["--engine", "slurm"])
    #expect(again.standardOutput == "nothing is missing, and nothing was submitted\n")
    #expect(try cluster.submitted().count == 4)
  }

  /// What is there already is in no task's share; what fails does not keep the rest from being made.
  @Test(.timeLimit(.minutes(5))) func partsAndFailures() throws {
    #expect(try run(["--only", "evaluation/*/own/rank=4/end"]).status == 0)
    let failing = ["FAKE_FAIL": "recover-safety*--subspace=random --rank=4 "]
    let outcome = try run(["--engine", "slurm"], failing)
    #expect(outcome.status == 0, "\(outcome.standardError)")
    let lines = try cluster.submitted()
    #expect(lines.count == 3)
    #expect(lines[0].contains(" --array=0,2-5 "))
    let status = try run(["--status"]).standardOutput
    #expect(
      status.contains(
        "recovery: job 17, tasks: 4 completed, 1 failed; cells: 4 ran, 1 reused, 1 failed by us, 0 lost"
      ))
    // Of fourteen evaluations one was there, and two are of the recovery that failed.
    #expect(status.contains("cells: 11 ran, 1 reused, 0 failed by us, 0 lost"))
    #expect(
      try tools.scratch.text("slurm/out").contains(
        "random/rank=4/end cannot be made: there is no recovery/tiny/identity/0/random/rank=4\n"))
    let json = try JSONValue(parsing: try run(["--status", "--json"]).standardOutput)
    #expect(json["slurm"]?["answers"]?.boolValue == true)
    #expect(json["slurm"]?["stages"]?.arrayValue?.first?["failed"]?.integerValue == 1)
  }

  @Test(.timeLimit(.minutes(5))) func statusWithoutACluster() throws {
    #expect(try run(["--engine", "slurm", "--only", "recovery/*"]).status == 0)
    try tools.scratch.write("", to: "slurm/down")
    // A task that was lost while it made its cell, and began again elsewhere.
    let attempts = "out/slurm/attempts"
    let name = try #require(
      try tools.scratch.contents(of: attempts).first { $0.hasPrefix("recovery") })
    let text = try tools.scratch.text("\(attempts)/\(name)")
    let lines = text.split(separator: "\n")
    try tools.scratch.write("begin n2\n\(lines[1])\n", to: "\(attempts)/\(name)")
    try tools.scratch.write(text, to: "\(attempts)/\(name.dropLast(1))1")
    let status = try run(["--status"])
    #expect(status.status == 0)
    #expect(
      status.standardOutput.contains(
        "Slurm does not answer (squeue: Unable to contact slurm controller (connect failure)); "
          + "this is what the folder says:\n"), "\(status.standardOutput)")
    #expect(
      status.standardOutput.contains(
        "recovery: job 18; cells: 6 ran, 0 reused, 0 failed by us, 1 lost by Slurm\n  lost by Slurm: "
          + "recovery/tiny/identity/0/"), "\(status.standardOutput)")
    #expect(status.standardOutput.contains(" on n2: requeued, and made\n"))
  }

  /// Before its time is up a task ends its cell and is queued again; where none was made it is not.
  @Test(.timeLimit(.minutes(5)), arguments: [("1.5", 2, Int32(0)), ("30", 0, Int32(1))])
  func timeIsNearlyUp(_ seconds: String, _ cells: Int, _ status: Int32) throws {
    #expect(try run(["--engine", "slurm", "--slurm", "margin=21"], output: "other").status == 0)
    let script = """
      export SLURM_JOB_ID=9 SLURM_ARRAY_JOB_ID=9 SLURM_ARRAY_TASK_ID=0
      sed -i 's#/other#/out#g; s#exec sleep 60#exit 0#' "$1"
      mkdir -p "$2/out/slurm/attempts"
      sh "$1" evaluation 1 &
      log=$2/out/slurm/attempts/evaluation-9_0-0
      for _ in $(seq 400); do [ "$(grep -cE '^(cell|made)' "$log")" -gt \(2 * cells) ] && break; sleep 0.05; done
      kill -USR1 $(cut -d ' ' -f 1 /proc/$!/task/$!/children)
      wait $!
      """
    // A shell that a thread of Dispatch has started may never hear of the signal, so that the sweep is told itself.
    // The model as it is and the states of the recoveries that there are.
    #expect(try run(["--only", "recovery/*"]).status == 0)
    let settings = tools.environment(cluster.environment).merging(["FAKE_SECONDS": seconds]) { $1 }
    let outcome = try Executable(name: "sweep-ranks", environment: settings).runInShell(
      script, [tools.scratch.file("other/slurm/batch.sh"), tools.scratch.path])
    #expect(outcome.status == status, "\(outcome.standardError)")
    let made = try tools.cells().keys.count { $0.hasPrefix("evaluation") }
    #expect(cells == 0 ? made == 0 : (cells...(cells + 2)).contains(made))
    let requeued = try? tools.scratch.text("slurm/control")
    #expect(requeued == (cells == 0 ? nil : "requeue 9_0\n"))
    #expect(
      outcome.standardError.contains(
        cells == 0 ? "no cell was made in the time that there was" : "the time is nearly up;"))
    #expect(try tools.scratch.contents(of: "out/staging") == [])
  }

  /// Shares of other cells than those that were submitted would leave some out.
  @Test(.timeLimit(.minutes(5))) func sweepsThatHaveChanged() throws {
    #expect(try run(["--engine", "slurm", "--only", "attack/*"]).status == 0)
    try tools.scratch.write(
      try tools.scratch.text("sweep.yaml").replacing("method: full", with: "method: lora"),
      to: "sweep.yaml")
    let outcome = try Executable(
      name: "sweep-ranks",
      environment: tools.environment(cluster.environment).merging(["SLURM_JOB_ID": "9"]) { $1 }
    ).runInShell("sh \"$1\" attack 1", [tools.scratch.file("out/slurm/batch.sh")])
    #expect(outcome.status == 65)
    #expect(outcome.standardError.contains("are not what was submitted; submit it again"))
  }

  @Test(arguments: [
    (["--engine", "slurm", "--slurm", "time=soon"], "--slurm is 'time=soon', allowed: minutes"),
    (
      ["--engine", "slurm", "--slurm", "memory=8G"],
      "--slurm is 'memory=8G', allowed: one of account"
    ),
    (["--engine", "slurm", "--slurm", "partition"], "allowed: KEY=VALUE"),
    (["--slurm", "time=30"], "--slurm is 'time=30', allowed: with --engine slurm"),
    (
      ["--engine", "slurm", "--task", "0", "--of", "2"],
      "--engine slurm sets --stage and --task itself"
    ),
    (["--stage", "evaluations"], "'evaluations' is invalid for '--stage"),
  ]) func wrongUsage(_ arguments: [String], _ message: String) throws {
    let outcome = try run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains(message), "\(outcome.standardError)")
    #expect(try tools.log() == [])
  }

  @Test func clientsThatAreNotThere() throws {
    // What the fake tools need, and no client.
    let few = try tools.scratch.makeFolder("few")
    for name in ["basename", "cat"] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(few)/\(name)", withDestinationPath: "/usr/bin/\(name)")
    }
    let outcome = try run(["--engine", "slurm"], ["PATH": few])
    #expect(outcome.status == 66)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.standardError.contains("scontrol is not in PATH: "))
  }
}
