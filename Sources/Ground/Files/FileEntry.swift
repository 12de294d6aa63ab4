import Glibc
import SystemPackage

/// The identity and type of a file or folder.
package struct FileEntry: Equatable {
  /// What it is.
  package enum EntryType { case file, folder, other }

  /// The device and the number there.
  private let place: [UInt64]
  /// What it is.
  package let type: EntryType

  /// Looks a path up; nil when nothing is there.
  package init?(at path: String, followingLinks: Bool = true) {
    guard let status = Self.status(path, followingLinks) else { return nil }
    place = [UInt64(status.deviceID.rawValue), UInt64(status.inode.rawValue)]
    type =
      switch status.type {
      case .regular: .file
      case .directory: .folder
      default: .other
      }
  }

  /// When it was last changed, in seconds since 1970; nil when nothing is there.
  package static func changed(_ path: String, followingLinks: Bool) -> Int? {
    status(path, followingLinks)?.st_mtim.tv_sec
  }

  private static func status(_ path: String, _ followingLinks: Bool) -> Stat? {
    if path.utf8.contains(0) { return nil }
    return unsafe try? Stat(path, followTargetSymlink: followingLinks)
  }
}
