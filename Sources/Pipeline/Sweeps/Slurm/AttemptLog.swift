import Files
import Glibc
import Synchronization
import SystemPackage

/// What one attempt of a task has done, a line each: `begin HOST`, `cell IDENTITY`, `made IDENTITY`, and
/// `exit STATUS` at its end, which one that Slurm lost does not have.
///
/// The batch script writes the first and the last line, the sweep what is between them. Nothing depends on it
/// but what `--status` says, so that one that cannot be written is no error.
package final class AttemptLog: Sendable {
  private let descriptor: FileDescriptor?

  /// Continues the file that `SUTURE_ATTEMPT` names, if there is one.
  package init() {
    guard let path = Environment.value(of: "SUTURE_ATTEMPT"), !path.isEmpty else {
      descriptor = nil
      return
    }
    descriptor = unsafe try? FileDescriptor.open(
      path, .writeOnly, options: [.append, .closeOnExec])
  }

  deinit { try? descriptor?.close() }

  /// Takes note of what the engine tells.
  ///
  /// - Parameter events: What has happened.
  package func add(_ events: [SweepEngine.Event]) {
    for event in events {
      switch event {
      case .started(let cell): write("cell \(cell.identity)")
      case .made(let cell, _): write("made \(cell.identity)")
      default: continue
      }
    }
  }

  private func write(_ line: String) {
    guard let descriptor else { return }
    _ = try? descriptor.writeAll(Array((line + "\n").utf8))
  }
}

/// An attempt of a task, as its log tells it.
struct TaskAttempt: Sendable {
  let stage: String
  let job: Int
  let index: Int
  /// 0 for the first.
  let restarts: Int
  private(set) var host = ""
  private(set) var begun: [String] = []
  private(set) var made: Set<String> = []
  /// The exit code of the sweep; nil where the attempt has not come to its end.
  private(set) var status: Int32?

  /// Bytes of a log that are read at most.
  private static let byteLimit = 64 << 20

  /// All attempts that there are logs of, earlier ones of a task first.
  static func all(in store: CellStore) -> [TaskAttempt] {
    ((try? Folder.names(in: store.attemptFolder)) ?? [])
      .compactMap { TaskAttempt(name: $0, in: store.attemptFolder) }
      .sorted { ($0.job, $0.index, $0.restarts) < ($1.job, $1.index, $1.restarts) }
  }

  /// Reads a log; nil where it is none.
  private init?(name: String, in folder: String) {
    let parts = name.split(separator: "-")
    guard parts.count == 3, let restarts = Int(parts[2]),
      let bytes = try? OpenFile.contents(of: "\(folder)/\(name)", limit: Self.byteLimit)
    else { return nil }
    let numbers = parts[1].split(separator: "_")
    guard let job = numbers.first.flatMap({ Int($0) }) else { return nil }
    stage = String(parts[0])
    self.job = job
    index = numbers.count > 1 ? Int(numbers[1]) ?? 0 : 0
    self.restarts = restarts
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2 else { continue }
      switch words[0] {
      case "begin": host = String(words[1])
      case "cell": begun.append(String(words[1]))
      case "made": made.insert(String(words[1]))
      case "exit": status = Int32(words[1])
      default: continue
      }
    }
  }

  /// Whether it ended as nobody here asked it to: without an exit, or told by a signal.
  var wasEnded: Bool { status.map { $0 == 128 + SIGTERM || $0 == 128 + SIGKILL } ?? true }
}
