import Files
import SystemPackage

/// A file open for reading, or a pipe that this process was given, as by `<(...)` of a shell.
package struct InputFile: ~Copyable {
  /// Why a file cannot be opened or read, in the words of the system.
  package struct Problem: Error, Equatable, Sendable {
    /// The reason.
    package let reason: String

    init(_ fault: FileFault) {
      reason =
        switch fault {
        case .missing: Errno.noSuchFileOrDirectory.description
        case .unreadable(let error), .readFailed(let error): error.description
        case .unusablePath: "the path holds a NUL character"
        case .tooLarge(_, let limit): "larger than \(limit) bytes"
        default: fault.description
        }
    }

    /// Runs `body`, taking the faults of files as ours.
    static func of<Result: ~Copyable>(
      _ body: () throws(FileFault) -> Result
    ) throws(Problem) -> Result {
      do throws(FileFault) { return try body() } catch { throw Problem(error) }
    }
  }

  private let file: OpenFile

  /// Opens a file or a given pipe.
  package init(path: String) throws(Problem) {
    file = try Problem.of { () throws(FileFault) in
      let file = try OpenFile(reading: path, orGivenPipe: true)
      try file.refusePointer()
      return file
    }
  }

  /// The next bytes of the file, at most `limit` of them; none at its end.
  package func read(upTo limit: Int) throws(Problem) -> [UInt8] {
    do throws(Errno) { return try file.read(upTo: limit) } catch {
      throw Problem(.readFailed(error))
    }
  }

  /// The whole file, or nil if there is none of this name.
  package static func contents(
    of path: String, limit: Int = 1 << 30
  ) throws(Problem) -> [UInt8]? {
    try Problem.of { () throws(FileFault) in
      guard path.utf8.contains(0) || FileEntry(at: path) != nil else { return nil }
      return try OpenFile.contents(of: path, orGivenPipe: true, limit: limit)
    }
  }

  /// The names of the entries of a folder, sorted; none where there is no such folder.
  package static func names(in folder: String) throws(Problem) -> [String] {
    try Problem.of { () throws(FileFault) in
      do throws(FileFault) {
        return try Folder.names(in: folder)
      } catch .missing, .notFolder {
        return []
      }
    }
  }
}
