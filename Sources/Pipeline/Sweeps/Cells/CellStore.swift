import Failures
import Files
import Glibc
import SystemPackage

/// The folder of a sweep.
///
/// ```
/// cells/STAGE/IDENTITY/   cell.json, output, stderr.txt: appears whole and is never changed
/// staging/IDENTITY.HOST.NUMBER/   a cell that is being made
/// locks/IDENTITY          whoever makes the cell has the lock
/// failed/IDENTITY/        stderr.txt, failure.json of the last failure
/// hashes.json             digests of inputs
/// results.csv, .h5        made from the cells
/// sweep.yaml              the file as it was last run
/// slurm/                  what was submitted, and what its tasks did
/// ```
package struct CellStore: Sendable {
  /// The folder, absolute.
  package let folder: String

  private static let parts = ["cells", "staging", "locks", "failed"]

  /// What is known of a cell.
  package enum State: Sendable {
    case missing
    case done(CellRecord)
    /// Something is there that is no cell.
    case damaged(String)
  }

  /// A folder that cannot be used.
  package struct Fault: Failure {
    package let path: String
    package let reason: String
    package let kind: FailureKind
    package var description: String { "\(path): \(reason)" }
  }

  /// Names a folder, which need not be there.
  package init(_ path: String) {
    if path.hasPrefix("/") {
      folder = FileNames.real(path) ?? path
    } else {
      folder = FileNames.real(path) ?? "\(FileNames.real(".") ?? ".")/\(path)"
    }
  }

  /// Whether there is a sweep.
  package var exists: Bool { FileEntry(at: "\(folder)/cells")?.type == .folder }

  /// Makes what is missing of the folder, and takes away what dead processes left in it.
  ///
  /// - Throws: `Fault`.
  package func prepare() throws(Fault) {
    let isNew = !exists
    if isNew, let names = try? Folder.names(in: folder), !names.isEmpty,
      names.contains(where: { !Self.parts.contains($0) })
    {
      throw Fault(
        path: folder, reason: "exists already and is no folder of a sweep", kind: .cannotCreate)
    }
    try create(folder)
    for part in Self.parts.reversed() { try create("\(folder)/\(part)") }
    for stage in SweepStage.allCases { try create("\(folder)/cells/\(stage.rawValue)") }
    clearStaging()
  }

  func create(_ path: String) throws(Fault) {
    do throws(Errno) {
      try Folder.create(path)
    } catch .fileExists {
      guard FileEntry(at: path)?.type == .folder else {
        throw Fault(path: path, reason: "is no folder", kind: .cannotCreate)
      }
    } catch {
      throw Fault(
        path: path, reason: "cannot be created: \(error.reason)",
        kind: error.isMediumFailure ? .inputOutput : .cannotCreate)
    }
  }

  /// What lies in staging without a process that has its lock is left from one that was killed.
  ///
  /// Machines that share a file system need not share its locks: what another one makes is left alone until
  /// nothing has been written for a day.
  private func clearStaging() {
    for name in (try? Folder.names(in: "\(folder)/staging")) ?? [] {
      let (path, identity) = ("\(folder)/staging/\(name)", name.prefix { $0 != "." })
      if identity.isEmpty { continue }
      let isOwn = name.dropFirst(identity.count).hasPrefix(".\(Host.name).")
      if !isOwn, !Self.isForgotten(path) { continue }
      if let lock = try? lock(String(identity)) {
        withExtendedLifetime(lock) { Folder.removeTree(path) }
      }
    }
  }

  /// Calls `time`.
  private static func isForgotten(_ path: String) -> Bool {
    let changes = [path, "\(path)/stderr.txt", "\(path)/\(CellOutput.name)"].compactMap {
      FileEntry.changed($0, followingLinks: false)
    }
    guard let last = changes.max() else { return true }
    return time(nil) > last.addingReportingOverflow(86_400).partialValue
  }

  /// Keeps a copy of the sweep file beside its cells.
  ///
  /// - Parameter path: The file.
  /// - Throws: `Fault`, as on a full disk.
  package func keep(sweep path: String) throws(Fault) {
    let target = "\(folder)/sweep.yaml"
    do throws(FileFault) {
      let bytes = try OpenFile.contents(of: path, limit: SweepDocument.byteLimit)
      if let there = try? OpenFile.contents(of: target), there == bytes { return }
      try ReplacementFile.write(bytes, to: target)
    } catch {
      throw Fault(path: target, reason: "\(error)", kind: error.kind)
    }
  }

  /// Where a cell is, or will be.
  package func path(of cell: SweepCell) -> String { path(of: cell.identity, cell.stage) }

  package func path(of identity: String, _ stage: SweepStage) -> String {
    "\(folder)/cells/\(stage.rawValue)/\(identity)"
  }

  /// A new place where a cell is made: processes of two machines, or two containers, may have one number.
  func staging(_ cell: SweepCell) -> String {
    let number = UInt32.random(in: 0...UInt32.max)
    return "\(folder)/staging/\(cell.identity).\(Host.name).\(number)"
  }

  /// Where what is known of a failure is.
  package func failure(_ cell: SweepCell) -> String { "\(folder)/failed/\(cell.identity)" }

  /// Takes the lock of a cell; nil when another process has it.
  ///
  /// - Throws: What opening failed with.
  package func lock(_ identity: String) throws(Errno) -> CellLock? {
    try CellLock("\(folder)/locks/\(identity)")
  }

  /// Whether a process is making a cell.
  package func isBeingMade(_ cell: SweepCell) -> Bool {
    guard FileEntry(at: "\(folder)/locks/\(cell.identity)") != nil,
      let lock = try? lock(cell.identity)
    else { return FileEntry(at: "\(folder)/locks/\(cell.identity)") != nil }
    return withExtendedLifetime(lock) { false }
  }

  /// What is there of a cell.
  package func state(of cell: SweepCell) -> State {
    state(at: path(of: cell), identity: cell.identity, cell.stage)
  }

  /// What is there of a cell that should have an identity.
  func state(at path: String, identity: String, _ stage: SweepStage) -> State {
    guard FileEntry(at: path, followingLinks: false) != nil else { return .missing }
    guard let record = CellRecord(in: path) else { return .damaged("has no whole cell.json") }
    guard record.identity == identity, record.stage == stage.rawValue else {
      return .damaged("its cell.json is of another cell")
    }
    if let fault = CellOutput.fault(of: "\(path)/\(CellOutput.name)", stage: stage) {
      return .damaged(fault)
    }
    let files = CellOutput.files(of: "\(path)/\(CellOutput.name)")
    if let name = record.files.keys.sorted().first(where: { files[$0] != record.files[$0] }) {
      return .damaged("\(name.isEmpty ? CellOutput.name : name) is not what was written")
    }
    return .done(record)
  }

  /// Bytes that are free for files, or nil.
  ///
  /// Calls `statvfs`.
  package var freeSpace: Int? {
    var status = statvfs()
    var path = FilePath(folder)
    while unsafe statvfs(path.string, &status) != 0 {
      // The folder may not be there yet.
      guard path.removeLastComponent() else { return nil }
    }
    let (bytes, overflow) = Int(clamping: status.f_bavail)
      .multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
    return overflow ? nil : bytes
  }
}
