import FoundationEssentials
import Glibc

/// The identity and type of a file or folder.
struct FileEntry: Equatable {
  enum EntryType { case file, folder, other }

  let device: UInt64
  let number: UInt64
  let type: EntryType

  /// Looks the path up; nil when nothing is there.
  init?(at path: String, followingLinks: Bool) {
    var status = stat()
    let result = unsafe followingLinks ? stat(path, &status) : lstat(path, &status)
    guard result == 0 else { return nil }
    device = UInt64(status.st_dev)
    number = UInt64(status.st_ino)
    type =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .other
      }
  }
}

/// The absolute path without links, or nil when nothing is there.
///
/// Calls `realpath`.
func realPath(_ path: String) -> String? {
  guard let resolved = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(resolved) }
  return unsafe String(cString: resolved)
}

/// The value of an environment variable.
///
/// Calls `getenv`.
func environment(_ name: String) -> String? {
  unsafe getenv(name).map { unsafe String(cString: $0) }
}

/// Removes a file, or a folder with everything in it; nothing there is no error.
func removeTree(_ path: String) {
  // A writer may add a file while its folder is being emptied, hence more than one attempt.
  for _ in 1...20 {
    try? FileManager.default.removeItem(atPath: path)
    if FileEntry(at: path, followingLinks: false) == nil { return }
  }
}

extension OutputForm {
  /// Waits until every byte is on the disk, which is where a full disk may show first.
  func synchronize(_ stagingPath: String, reportedAs path: String) throws(CommandError) {
    var failure: SystemError?
    for entry in entries(of: stagingPath) where failure == nil {
      failure = synchronizeEntry(entry)
    }
    if let failure { throw .outputNotWritten(path: path, reason: failure.reason) }
  }

  private func entries(of path: String) -> [String] {
    switch self {
    case .file: return [path]
    case .folder:
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
      return names.map { "\(path)/\($0)" } + [path]
    }
  }
}

/// Calls `fsync` on a file or folder.
@discardableResult
func synchronizeEntry(_ path: String) -> SystemError? {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return .last }
  defer { close(descriptor) }
  // Some file systems cannot synchronise a folder and say EINVAL.
  return fsync(descriptor) == 0 || errno == EINVAL ? nil : .last
}

extension String {
  /// Whether this path, without links, lies below a folder.
  func isInside(_ folder: String) -> Bool {
    utf8.starts(with: folder.utf8)
      && (folder == "/" || utf8.dropFirst(folder.utf8.count).first == UInt8(ascii: "/"))
  }

  /// `results/` names the same folder as `results`; the root keeps its slash.
  var withoutTrailingSlashes: String {
    var result = self[...]
    while result.utf8.count > 1, result.utf8.last == UInt8(ascii: "/") {
      result.unicodeScalars.removeLast()
    }
    return String(result)
  }
}
