import Foundation
import Sweeps
import TestSupport
import Testing

/// Two copies of one cell, made at once where machines do not share locks.
@Suite struct DuplicateCellTests {
  let fixture: SweepFixture

  init() throws { fixture = try SweepFixture() }

  /// A tool that waits until it may go on.
  private func runner(_ body: String) throws -> (CellRunner, SweepCell) {
    let tool = try fixture.folder.write(
      """
      #!/bin/bash
      echo >>\(fixture.folder.file("runs"))
      for _ in $(seq 400); do [ -e \(fixture.folder.file("go")) ] && break; sleep 0.05; done
      \(body)

      """, to: "bin/fine-tune")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool)
    let plan = try fixture.plan(SweepFixture.text)
    let store = CellStore(fixture.folder.file("out"))
    try store.prepare()
    let runner = CellRunner(
      plan: plan, store: store, tools: ToolFolder(path: fixture.folder.file("bin")), threads: 1,
      blas: "none")
    return (runner, plan.cells[0])
  }

  /// Makes a cell twice at the same time, each with a lock of its own.
  private func makeTwice(_ body: String) throws -> [CellOutcome] {
    let (runner, cell) = try runner(body)
    let outcomes = Outcomes()
    for count in 1...2 {
      let thread = Thread { outcomes.add(runner.make(cell, children: RunningChildren())) }
      thread.start()
      for _ in 0..<400 where (try? fixture.folder.text("runs").count) ?? 0 < count {
        usleep(50_000)
      }
      try FileManager.default.removeItem(atPath: fixture.folder.file("out/locks/\(cell.identity)"))
    }
    try fixture.folder.write("", to: "go")
    for _ in 0..<400 where outcomes.all.count < 2 { usleep(50_000) }
    #expect(try fixture.folder.text("runs") == "\n\n")
    #expect(try fixture.folder.contents(of: "out/staging") == [])
    return outcomes.all
  }

  @Test(.timeLimit(.minutes(2))) func theFirstCounts() throws {
    let outcomes = try makeTwice(
      #"mkdir output; echo '{"tool_version": "1.0.0"}' >output/training.json"#)
    let made = outcomes.count { if case .made = $0 { true } else { false } }
    let reused = outcomes.count { if case .reused = $0 { true } else { false } }
    #expect(made == 1, "\(outcomes)")
    #expect(reused == 1, "\(outcomes)")
    let cells = try fixture.folder.contents(of: "out/cells/attack")
    #expect(cells.count == 1)
  }

  /// The second fails where the first has made it.
  @Test(.timeLimit(.minutes(2))) func oneThatFailsAfterwardsDoesNotCount() throws {
    let (lock, done) = (fixture.folder.file("first"), fixture.folder.file("out/cells/attack"))
    let outcomes = try makeTwice(
      """
      if mkdir \(lock) 2>/dev/null; then
        mkdir output; echo '{"tool_version": "1.0.0"}' >output/training.json
      else
        for _ in $(seq 400); do [ -n "$(ls \(done))" ] && break; sleep 0.05; done
        exit 74
      fi
      """)
    let failed = outcomes.count { if case .failed = $0 { true } else { false } }
    #expect(failed == 0, "\(outcomes)")
    #expect(try fixture.folder.contents(of: "out/failed") == [])
  }

  /// Both fail: one failure is kept, and both say so.
  @Test(.timeLimit(.minutes(2))) func bothFail() throws {
    let outcomes = try makeTwice("echo 'error: broken' >&2; exit 65")
    let failed = outcomes.count { if case .failed = $0 { true } else { false } }
    #expect(failed == 2, "\(outcomes)")
    #expect(try fixture.folder.contents(of: "out/failed").count == 1)
  }

  /// What another machine is making is left alone when a sweep begins here.
  @Test func stagingOfOthers() throws {
    let (runner, cell) = try runner("exit 0")
    for name in ["elsewhere.1", "\(Host.name).1"] {
      try fixture.folder.write("", to: "out/staging/\(cell.identity).\(name)/stderr.txt")
    }
    try runner.store.prepare()
    #expect(
      try fixture.folder.contents(of: "out/staging") == ["\(cell.identity).elsewhere.1"])
  }

  private final class Outcomes: @unchecked Sendable {
    private let lock = NSLock()
    private var outcomes: [CellOutcome] = []

    func add(_ outcome: CellOutcome) { lock.withLock { outcomes.append(outcome) } }

    var all: [CellOutcome] { lock.withLock { outcomes } }
  }
}
