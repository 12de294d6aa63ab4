import Files
import Glibc
import OrderedJSON
import ResultFiles
import SystemPackage

/// Makes single cells: takes the lock, runs the tool in a folder of its own, and gives the folder its name.
package struct CellRunner: Sendable {
  package let plan: SweepPlan
  package let store: CellStore
  package let tools: ToolFolder
  /// Threads that a tool is given where the sweep file does not say.
  package let threads: Int
  /// Bytes that a tool may use where the sweep file does not say; nil for what the tool finds free.
  package let memoryLimit: Int?
  /// What computes, for the record.
  package let blas: String

  package init(
    plan: SweepPlan, store: CellStore, tools: ToolFolder, threads: Int, memoryLimit: Int? = nil,
    blas: String
  ) {
    self.plan = plan
    self.store = store
    self.tools = tools
    self.threads = threads
    self.memoryLimit = memoryLimit
    self.blas = blas
  }

  /// Makes a cell unless it is there.
  ///
  /// The caller's thread must live until this returns: the tool ends with it.
  ///
  /// - Parameters:
  ///   - cell: The cell; all that it reads is there.
  ///   - children: Where the running tool is known, so that it can be told to end.
  /// - Returns: How it went; whatever is wrong is told so.
  package func make(_ cell: SweepCell, children: RunningChildren) -> CellOutcome {
    do throws(Errno) {
      guard let lock = try store.lock(cell.identity) else { return .elsewhere }
      return try withExtendedLifetime(lock) { () throws(Errno) in
        try makeLocked(cell, children)
      }
    } catch {
      return Self.outcome(of: error, cell, store)
    }
  }

  /// A full disk concerns all cells, and so does a folder that cannot be written.
  private static func outcome(
    of error: Errno, _ cell: SweepCell, _ store: CellStore
  ) -> CellOutcome {
    .impossible("\(store.folder): \(error.reason), while \(cell.label) was made")
  }

  private func makeLocked(
    _ cell: SweepCell, _ children: RunningChildren
  ) throws(Errno) -> CellOutcome {
    switch store.state(of: cell) {
    case .done(let record): return .reused(record)
    // Whoever looked at the cells has told of it.
    case .damaged: Folder.removeTree(store.path(of: cell))
    case .missing: break
    }
    if let missing = missingPart(of: cell) { return .absent(missing) }
    let staging = store.staging(cell)
    Folder.removeTree(staging)
    try Folder.create(staging)
    defer { Folder.removeTree(staging) }
    let start = ContinuousClock.now
    guard let end = try run(cell, in: staging, children) else { return .interrupted }
    let seconds = start.duration(to: .now) / .seconds(1)
    if Self.wasInterrupted(end) {
      // A terminal tells all of its processes at once, and this one may hear of it last.
      for _ in 0..<50 where !children.isEnding { usleep(10_000) }
    }
    if children.isEnding { return .interrupted }
    if end.code == 0 {
      if let fault = CellOutput.fault(of: "\(staging)/\(CellOutput.name)", stage: cell.stage) {
        return try keepFailure(of: cell, staging, "the tool ended well, but the cell \(fault)")
      }
      return try publish(cell, staging, end, seconds)
    }
    // Without a lock that all machines see, another process may have made it meanwhile.
    if case .done(let record) = store.state(of: cell) { return .reused(record) }
    return try failure(of: cell, staging, end)
  }

  private static func wasInterrupted(_ end: ChildProcess.End) -> Bool {
    let signals = [SIGINT, SIGTERM, SIGHUP]
    return signals.contains { end.signal == $0 || end.code == 128 + $0 }
  }

  /// A part of a finished cell that is read and that it does not have.
  private func missingPart(of cell: SweepCell) -> String? {
    for case .cell(let identity, let path)? in cell.arguments.map(\.value) {
      guard let source = plan.cell(identity) else { continue }
      if FileEntry(at: "\(store.path(of: source))/\(path)") == nil {
        return "\(source.label) ended before \(path.split(separator: "/").last ?? "")"
      }
    }
    return nil
  }

  // MARK: - The tool

  /// Nil when the sweep was told to end before the tool began.
  private func run(
    _ cell: SweepCell, in staging: String, _ children: RunningChildren
  ) throws(Errno) -> ChildProcess.End? {
    let descriptor: FileDescriptor
    do {
      descriptor = unsafe try FileDescriptor.open(
        "\(staging)/stderr.txt", .writeOnly, options: [.create, .truncate, .closeOnExec],
        permissions: FilePermissions(rawValue: 0o666))
    } catch {
      throw error as? Errno ?? .ioError
    }
    defer { try? descriptor.close() }
    return try children.run(cell.identity, log: "\(staging)/stderr.txt") { () throws(Errno) in
      try ChildProcess(
        starting: tools.executable(cell.stage.tool), words(of: cell), in: staging,
        errors: descriptor.rawValue)
    }
  }

  /// The words of the command, which runs in a folder of its own: what it records is the same wherever.
  private func words(of cell: SweepCell) -> [String] {
    let inputs = cell.arguments.words { identity in
      plan.cell(identity).map(store.path) ?? identity
    }
    let chosen = Set(cell.arguments.map(\.flag.name))
    let memory = memoryLimit.flatMap {
      chosen.contains("memory-limit") ? nil : "--memory-limit=\($0)"
    }
    return inputs + (chosen.contains("threads") ? [] : ["--threads=\(threads)"])
      + (memory.map { [$0] } ?? []) + ["--\(cell.stage.outputFlag)=\(CellOutput.name)"]
  }

  /// The command that makes a cell by hand, in a folder where there is no output yet.
  package func command(of cell: SweepCell) -> String {
    ([tools.executable(cell.stage.tool)] + words(of: cell)).map(\.shellWord)
      .joined(separator: " ")
  }

  // MARK: - Afterwards

  private func publish(
    _ cell: SweepCell, _ staging: String, _ end: ChildProcess.End, _ seconds: Double
  ) throws(Errno) -> CellOutcome {
    let record = CellRecord(
      identity: cell.identity, stage: cell.stage.rawValue, labels: cell.labels.map(\.path),
      tool: cell.stage.tool, toolVersion: plan.toolVersion(of: cell.stage),
      command: command(of: cell), seconds: seconds, cpuSeconds: end.cpuSeconds,
      peakMemory: end.peakMemory, host: Host.name, created: Provenance.timestamp(),
      threads: threads(of: cell), blas: blas,
      files: CellOutput.files(of: "\(staging)/\(CellOutput.name)"))
    let path = "\(staging)/\(CellRecord.fileName)"
    try NewFile.write(Array((record.json.text(.pretty) + "\n").utf8), to: path)
    for name in [CellRecord.fileName, "stderr.txt"] {
      try FileNames.synchronize("\(staging)/\(name)")
    }
    try FileNames.synchronize(staging)
    if let other = try name(staging, cell) { return .reused(other) }
    try? FileNames.synchronize("\(store.folder)/cells/\(cell.stage.rawValue)")
    Folder.removeTree(store.failure(cell))
    return .made(record)
  }

  /// Gives a cell its name, which one process can do.
  ///
  /// - Returns: The cell of another process that was first, whose results are the same.
  private func name(_ staging: String, _ cell: SweepCell) throws(Errno) -> CellRecord? {
    let target = store.path(of: cell)
    for _ in 0..<3 {
      do throws(Errno) {
        try FileNames.rename(staging, to: target)
        return nil
      } catch {
        guard [.fileExists, .directoryNotEmpty].contains(error) else { throw error }
        if case .done(let other) = store.state(of: cell) { return other }
        Folder.removeTree(target)
      }
    }
    throw .fileExists
  }

  private func threads(of cell: SweepCell) -> Int {
    for argument in cell.arguments where argument.flag.name == "threads" {
      if case .text(let text)? = argument.value, let count = Int(text) { return count }
    }
    return threads
  }

  private func failure(
    of cell: SweepCell, _ staging: String, _ end: ChildProcess.End
  ) throws(Errno) -> CellOutcome {
    let line = Self.lastLine(of: "\(staging)/stderr.txt") ?? "it printed nothing"
    let last = line.hasPrefix("error: ") ? String(line.dropFirst(7)) : line
    if end.signal == SIGKILL {
      return .impossible(
        "\(cell.label) was killed, most likely because memory ran out (fewer --jobs, or a memory-limit "
          + "for the models, need less)")
    }
    let saysFull = ["no space left on device", "disk quota exceeded"].contains {
      last.lowercased().contains($0)
    }
    let isFull = store.freeSpace.map { $0 < 1 << 20 } ?? false
    if end.code == 74, saysFull || isFull {
      return .impossible("\(store.folder): the disk is full (\(cell.label): \(last))")
    }
    let how = end.code.map { "exit code \($0)" } ?? "signal \(end.signal ?? 0)"
    return try keepFailure(of: cell, staging, "\(how): \(last)")
  }

  private func keepFailure(
    of cell: SweepCell, _ staging: String, _ reason: String
  ) throws(Errno) -> CellOutcome {
    let folder = store.failure(cell)
    let failure = CellFailure(
      label: cell.label, reason: reason, command: command(of: cell), log: "\(folder)/stderr.txt")
    let json: JSONValue = [
      "format": "suture-failure", "identity": .string(cell.identity),
      "labels": .array(cell.labels.map { .string($0.path) }), "reason": .string(reason),
      "command": .string(failure.command), "host": .string(Host.name),
    ]
    let kept = "\(staging)/failed"
    try Folder.create(kept)
    try NewFile.write(Array((json.text(.pretty) + "\n").utf8), to: "\(kept)/failure.json")
    try FileNames.rename("\(staging)/stderr.txt", to: "\(kept)/stderr.txt")
    for _ in 0..<3 {
      Folder.removeTree(folder)
      do throws(Errno) {
        try FileNames.rename(kept, to: folder)
        break
      } catch {
        // Another process keeps the same failure at this moment.
        guard [.fileExists, .directoryNotEmpty].contains(error) else { throw error }
      }
    }
    return .failed(failure)
  }

  /// The last line of a log that is not empty; what a terminal would have drawn over is left out.
  package static func lastLine(of path: String) -> String? {
    guard let bytes = try? OpenFile.contents(of: path, limit: 64 << 20) else { return nil }
    let text = String(decoding: bytes.suffix(4096), as: UTF8.self)
    return text.split { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }.last.map(String.init)
  }
}
