import Files
import Glibc

/// What processes that were killed left beside an output.
///
/// `.NAME.partial-PID` is an unfinished output, `.NAME.replaced-PID` an old one on its way out. Its
/// process is gone when there is none of that number, or one that began after the leftover was last
/// changed, which bears the number again. On a file system that other machines share nothing can be
/// said of a process, and everything is left alone.
struct Leftovers {
  let target: OutputTarget

  /// Removes unfinished outputs whose process is gone, and puts an old output back whose successor
  /// never came.
  func clear() {
    guard !Folder.isShared(target.parent), let names = try? Folder.names(in: target.parent) else {
      return
    }
    for name in names {
      let path = "\(target.parent)/\(name)"
      if let process = number(in: name, marked: "partial"), Self.isGone(process, path) {
        Folder.removeTree(path)
      } else if let process = number(in: name, marked: "replaced"), Self.isGone(process, path) {
        if FileEntry(at: target.path, followingLinks: false) != nil {
          Folder.removeTree(path)
        } else {
          try? FileNames.rename(path, to: target.path)
        }
      }
    }
  }

  /// The process in the name of a leftover of this output.
  private func number(in name: String, marked mark: String) -> pid_t? {
    let prefix = ".\(target.name).\(mark)-"
    guard name.utf8.starts(with: prefix.utf8) else { return nil }
    let parts = name.utf8.dropFirst(prefix.utf8.count).split(
      separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count),
      parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (48...57).contains($0) } })
    else { return nil }
    return pid_t(String(decoding: parts[0], as: UTF8.self))
  }

  private static func isGone(_ process: pid_t, _ path: String) -> Bool {
    if process == getpid() { return false }
    if kill(process, 0) != 0 { return errno == ESRCH }
    // The folder of a process in /proc is as old as the process.
    guard let leftover = FileEntry.changed(path, followingLinks: false),
      let began = FileEntry.changed("/proc/\(process)", followingLinks: true)
    else { return false }
    return began > leftover + 1
  }
}
