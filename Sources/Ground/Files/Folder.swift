import CFileSystem
import FoundationEssentials
import Glibc
import SystemPackage

/// Folders and what is in them.
package enum Folder {
  /// Creates a folder.
  ///
  /// Calls `mkdir`.
  package static func create(_ path: String) throws(Errno) {
    try requireZero(unsafe mkdir(path, 0o777))
  }

  /// The names in a folder, sorted by their bytes.
  ///
  /// Calls `opendir` and `readdir`.
  package static func names(in folder: String) throws(FileFault) -> [String] {
    guard !folder.utf8.contains(0) else { throw .unusablePath }
    guard let directory = unsafe opendir(folder) else {
      switch Errno.last {
      case .noSuchFileOrDirectory: throw .missing
      case .notDirectory: throw .notFolder
      case let error: throw .unreadable(error)
      }
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The paths, from the folder on, of everything below it; none when it cannot be read.
  package static func paths(below folder: String) -> [String] {
    (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
  }

  /// Removes a file, or a folder with everything in it; nothing there is no error.
  package static func removeTree(_ path: String) {
    // A writer may add a file while its folder is being emptied, hence more than one attempt.
    for _ in 1...20 {
      try? FileManager.default.removeItem(atPath: path)
      if FileEntry(at: path, followingLinks: false) == nil { return }
    }
  }

  /// NFS, SMB (two versions), Lustre, Ceph, FUSE, AFS, 9P, GPFS, BeeGFS.
  private static let sharedTypes: Set<UInt32> = [
    0x6969, 0xff53_4d42, 0xfe53_4d42, 0x0bd0_0bd0, 0x00c3_6400, 0x6573_5546, 0x5346_414f,
    0x0102_1997, 0x4750_4653, 0x1983_0326,
  ]

  /// Whether other machines may use the file system of a folder, or that cannot be told.
  ///
  /// Calls `statfs`.
  package static func isShared(_ folder: String) -> Bool {
    let type = unsafe suture_file_system_type(folder)
    return type == 0 || sharedTypes.contains(type)
  }
}
