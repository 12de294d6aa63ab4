import Glibc
import Synchronization
import SystemPackage

/// The tools that run at present, and whether they are to end.
package final class RunningChildren: Sendable {
  /// A tool that runs.
  package struct Child: Sendable {
    package let identity: String
    /// Where its standard error goes.
    package let log: String
    package let start: ContinuousClock.Instant
    fileprivate let process: ChildProcess
  }

  private struct State {
    var children: [pid_t: Child] = [:]
    var isEnding = false
  }

  private let state = Mutex(State())

  package init() {}

  /// Whether the sweep was told to end.
  package var isEnding: Bool { state.withLock(\.isEnding) }

  /// Those that run.
  package var children: [Child] {
    state.withLock { $0.children.values.sorted { $0.start < $1.start } }
  }

  /// Starts a tool and waits for it; nil when the sweep was told to end before.
  func run(
    _ identity: String, log: String, _ start: () throws(Errno) -> ChildProcess
  ) throws(Errno) -> ChildProcess.End? {
    // Starting it under the lock leaves no moment in which it runs and is not known.
    let process = try state.withLock { (state) throws(Errno) -> ChildProcess? in
      if state.isEnding { return nil }
      let process = try start()
      state.children[process.id] = Child(
        identity: identity, log: log, start: .now, process: process)
      return process
    }
    guard let process else { return nil }
    defer { state.withLock { _ = $0.children.removeValue(forKey: process.id) } }
    return process.wait()
  }

  /// Has all of them end, first by asking, and lets none begin.
  ///
  /// - Parameter seconds: How long they may take before they are killed.
  package func end(within seconds: Double) {
    state.withLock { state in
      state.isEnding = true
      for child in state.children.values { child.process.send(SIGINT) }
    }
    let start = ContinuousClock.now
    while !children.isEmpty, start.duration(to: .now) < .seconds(seconds) { usleep(10_000) }
    for child in children { child.process.send(SIGKILL) }
    while !children.isEmpty, start.duration(to: .now) < .seconds(seconds + 5) { usleep(10_000) }
  }
}
