import Failures
import Foundation
import Sweeps
import TestSupport
import Testing

/// Submissions to clusters that take them, refuse them, lose their replies or do not answer.
@Suite struct SlurmTests {
  let fixture: SweepFixture

  init() throws { fixture = try SweepFixture() }

  private func submission(
    to slurm: FakeSlurm, client: SlurmClient? = nil, _ slurmPart: String = "", pause: Double = 0
  ) throws -> (SlurmSubmission, SweepStatus) {
    let plan = try fixture.plan(SweepFixture.text + slurmPart)
    let store = CellStore(fixture.folder.file("out"))
    try store.prepare()
    let submission = SlurmSubmission(
      plan, plan.cells, in: store, settings: plan.file.slurm ?? SlurmSettings(),
      client: client ?? slurm.client(), pause: pause)
    return (submission, SweepStatus(of: plan.cells, in: store))
  }

  private func submit(
    to slurm: FakeSlurm, client: SlurmClient? = nil, _ slurmPart: String = "",
    note: (String) -> Void = { _ in }
  ) throws -> [SlurmSubmission.Job] {
    let (submission, status) = try submission(to: slurm, client: client, slurmPart)
    return try submission.submit(
      status,
      command: SlurmSubmission.Command(executable: "/bin/sweep-ranks", flags: ["--jobs", "2"]),
      tools: ToolFolder(path: "/tools"), note: note)
  }

  @Test func anArrayAStageAndTheTablesLast() throws {
    let slurm = try FakeSlurm()
    let jobs = try submit(
      to: slurm,
      "slurm: {partition: debug, time: '01:00:00', mem: 8G, cpus-per-task: 2, options: [--account=x, -q low]}\n"
    )
    #expect(jobs.map(\.job.stage) == ["attack", "recovery", "evaluation", "results"])
    #expect(jobs.map(\.job.job) == [17, 18, 19, 20])
    // An attack and no attack, two examples, two subspaces, three ranks, two seeds; two steps and the end of each.
    #expect(jobs.map(\.missing) == [2, 48, 147, 0])
    #expect(jobs.allSatisfy { !$0.wasThere })
    let lines = try slurm.submitted()
    #expect(lines.map { FakeSlurm.value("array", in: $0) } == ["0-1", "0-47", "0-146", nil])
    #expect(
      lines.map { FakeSlurm.value("dependency", in: $0) }
        == [nil, "afterany:17", "afterany:18", "afterany:19"])
    for line in lines {
      for word in [
        "--partition=debug", "--time=01:00:00", "--mem=8G", "--cpus-per-task=2", "--account=x",
        "-q low",
        "--requeue", "--open-mode=append", "--signal=B:USR1@120",
      ] { #expect(line.contains(" \(word) "), "\(word)") }
    }
    #expect(Set(lines.map { FakeSlurm.value("comment", in: $0) }).count == 4)
    #expect(lines[1].hasSuffix("/out/slurm/batch.sh recovery 48"))
    #expect(lines[3].hasSuffix("/out/slurm/batch.sh results 1"))
    let script = try fixture.folder.text("out/slurm/batch.sh")
    #expect(script.contains("\n/bin/sweep-ranks \(fixture.folder.path)/sweep.yaml --output "))
    #expect(script.contains(" --jobs 2 \"$@\" &\n"))
    #expect(script.contains("--grace 100"))
  }

  @Test func arraysAreNoLargerThanTheClusterTakes() throws {
    let slurm = try FakeSlurm(largestArray: 5)
    var notes: [String] = []
    let jobs = try submit(to: slurm, "slurm: {tasks: 8}\n") { notes.append($0) }
    #expect(jobs.map(\.tasks) == [2, 4, 4, 1])
    #expect(
      try slurm.submitted().map { FakeSlurm.value("array", in: $0) } == ["0-1", "0-3", "0-3", nil])
    #expect(notes.count == 2)
    #expect(notes.first == "recovery has 4 tasks, as MaxArraySize of the cluster is 5")
    // A cluster that takes none.
    let other = try FakeSlurm(largestArray: 0)
    try FileManager.default.removeItem(atPath: fixture.folder.file("out"))
    let single = try submit(to: other)
    #expect(single.map(\.tasks) == [1, 1, 1, 1])
    let lines = try other.submitted()
    #expect(lines.allSatisfy { FakeSlurm.value("array", in: $0) == nil })
  }

  @Test func theSameCommandTwiceSubmitsOnce() throws {
    let slurm = try FakeSlurm()
    let first = try submit(to: slurm)
    let second = try submit(to: slurm)
    #expect(second.allSatisfy { $0.wasThere })
    #expect(second.map(\.job) == first.map(\.job))
    #expect(try slurm.submitted().count == 4)
    // What has ended is submitted again, and what waited for it too.
    let queue = try slurm.folder.text("queue")
    try slurm.folder.write(
      queue.replacing(
        "17_0\(String(repeating: " ", count: 36))PENDING  ",
        with: "17_0\(String(repeating: " ", count: 36))NODE_FAIL"),
      to: "queue")
    let third = try submit(to: slurm)
    #expect(third.map(\.wasThere) == [false, false, false, false])
    #expect(third.map(\.job.job) == [21, 22, 23, 24])
  }

  /// `sbatch` takes every job and then fails, or does not answer any more.
  @Test(arguments: ["fail", "hang"]) func lostReplies(_ mode: String) throws {
    let slurm = try FakeSlurm()
    try slurm.folder.write(mode, to: "mode")
    let jobs = try submit(to: slurm, client: slurm.client(submission: mode == "hang" ? 1 : 20))
    #expect(jobs.map(\.job.job) == [17, 18, 19, 20])
    #expect(try slurm.submitted().count == 4)
    #expect(
      try slurm.submitted().map { FakeSlurm.value("dependency", in: $0) }
        == [nil, "afterany:17", "afterany:18", "afterany:19"])
  }

  @Test func refusals() throws {
    let slurm = try FakeSlurm()
    try slurm.folder.write("refuse", to: "mode")
    #expect(
      throws: SlurmError.notSubmitted(
        stage: "attack", message: "Batch job submission failed: Invalid partition name specified")
    ) { try submit(to: slurm) }
    // The queue cannot be asked any more after that.
    try slurm.folder.write("refuse-down", to: "mode")
    #expect(
      throws: SlurmError.unknown(
        stage: "attack", message: "Batch job submission failed: Invalid partition name specified")
    ) { try submit(to: slurm) }
    // Nor before.
    #expect(
      throws: SlurmError.refused(
        command: "scontrol", message: "Unable to contact slurm controller (connect failure)")
    ) { try submit(to: slurm) }
  }

  @Test func clientsThatAreNotThereOrDoNotAnswer() throws {
    let slurm = try FakeSlurm()
    try slurm.add("scontrol", "sleep 30")
    let start = ContinuousClock.now
    #expect(throws: SlurmError.noAnswer(command: "scontrol", seconds: 1)) {
      try submit(to: slurm, client: slurm.client(question: 0.5))
    }
    #expect(start.duration(to: .now) < .seconds(15))
    let error = #expect(throws: SlurmError.self) {
      try submit(to: slurm, client: SlurmClient(path: "/nowhere"))
    }
    #expect(error == .noClient("scontrol"))
    #expect(error?.kind == .inputMissing)
    #expect(try slurm.submitted() == [])
  }

  /// Lines that `squeue` of Slurm 22.05 printed.
  @Test func tasksOfTheQueue() throws {
    func line(_ fields: [String]) -> Substring {
      let widths = [40, 24, 12, 120, 60, 80]
      return Substring(
        zip(fields, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }.joined())
    }
    let task = try #require(
      SlurmTask(line: line(["1_7", "COMPLETED", "2", "suture:attack:abc", "n1", "None"])))
    #expect((task.job, task.index, task.restarts) == (1, 7, 2))
    #expect((task.comment, task.nodes, task.hasEnded) == ("suture:attack:abc", "n1", true))
    let single = try #require(SlurmTask(line: line(["6", "RUNNING", "0", "", "n2", "None"])))
    #expect((single.job, single.index, single.isRunning) == (6, nil, true))
    for text in ["", "slurm_load_jobs error: x", "  ", "12"] {
      #expect(SlurmTask(line: Substring(text)) == nil)
    }
  }

  /// From the manual of `sbatch`: minutes, minutes:seconds, and so on.
  @Test(arguments: [
    ("10", 600), ("2:30", 150), ("01:00:00", 3600), ("1-0", 86_400), ("2-12", 216_000),
    ("1-01:30", 91_800), ("1-00:00:01", 86_401),
  ]) func times(_ text: String, _ seconds: Int) {
    #expect(SlurmTime(text) == .seconds(seconds))
  }

  @Test func timesThatAreNone() {
    #expect(SlurmTime("unlimited") == .unlimited)
    for text in ["", "1h", "1:2:3:4", "-1", "1-", "1--2", "1:", "99999999", "1.5", "１"] {
      #expect(SlurmTime(text) == nil, "\(text)")
    }
  }

  @Test func margins() throws {
    func margin(_ flags: String...) throws -> Int {
      var settings = SlurmSettings()
      for flag in flags { try settings.set(flag: flag) }
      return settings.margin
    }
    #expect(try margin() == 120)
    #expect(try margin("time=1-0") == 120)
    #expect(try margin("time=2") == 30)
    #expect(try margin("time=0:2") == 1)
    #expect(try margin("time=2", "margin=50") == 50)
  }

  @Test(arguments: [
    ("{time: 1h}", "sweep.yaml:11:15: 'time' is '1h', allowed: minutes, hours:minutes:seconds"),
    ("{tasks: 0}", "'tasks' is '0', allowed: 1 to 100000"),
    ("{margin: x}", "'margin' is 'x', allowed: 1 to 65535"),
    ("{cpus-per-task: many}", "'cpus-per-task' is 'many', allowed: 1 to 1024"),
    ("{partitions: x}", "unknown key 'partitions' of slurm; did you mean 'partition'?"),
    ("{options: [account=x]}", "'options' is 'account=x', allowed: options of sbatch, with dashes"),
    ("{options: ['--array=0-3']}", "allowed: options that sweep-ranks does not set itself"),
    ("{options: ['--dep=singleton']}", "allowed: options that sweep-ranks does not set itself"),
    ("{options: ['-d 12']}", "allowed: options that sweep-ranks does not set itself"),
    ("{partition: \"a\\nb\"}", "allowed: a value on one line"),
  ]) func mistakes(_ part: String, _ message: String) {
    let complaint = fixture.complaint(SweepFixture.text + "slurm: \(part)\n")
    #expect(complaint.contains(message), "\(complaint)")
  }

  @Test func ranges() {
    #expect(SlurmSubmission.ranges([0, 1, 2, 5, 7, 8]) == "0-2,5,7-8")
    #expect(SlurmSubmission.ranges([3]) == "3")
  }
}
