import CFileSystem
import FoundationEssentials
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
    guard !Self.isShared(target.parent),
      let names = try? FileManager.default.contentsOfDirectory(atPath: target.parent)
    else { return }
    for name in names {
      let path = "\(target.parent)/\(name)"
      if let process = number(in: name, marked: "partial"), Self.isGone(process, path) {
        removeTree(path)
      } else if let process = number(in: name, marked: "replaced"), Self.isGone(process, path) {
        if FileEntry(at: target.path, followingLinks: false) != nil {
          removeTree(path)
        } else {
          unsafe rename(path, target.path)
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
    var (leftover, began) = (stat(), stat())
    guard unsafe lstat(path, &leftover) == 0, unsafe stat("/proc/\(process)", &began) == 0 else {
      return false
    }
    return began.st_mtim.tv_sec > leftover.st_mtim.tv_sec + 1
  }

  /// NFS, SMB (two versions), Lustre, Ceph, FUSE, AFS, 9P, GPFS, BeeGFS.
  private static let sharedTypes: Set<UInt32> = [
    0x6969, 0xff53_4d42, 0xfe53_4d42, 0x0bd0_0bd0, 0x00c3_6400, 0x6573_5546, 0x5346_414f,
    0x0102_1997, 0x4750_4653, 0x1983_0326,
  ]

  private static func isShared(_ folder: String) -> Bool {
    let type = unsafe suture_file_system_type(folder)
    return type == 0 || sharedTypes.contains(type)
  }
}
