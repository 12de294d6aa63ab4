import Files
import Foundation
import OrderedJSON
import SystemPackage

/// Digests of files, remembered by path, size, time of the last change and inode.
package final class ContentHashes {
  private struct Entry {
    let size: Int
    let changed: Int
    let inode: Int
    let sha256: String
  }

  private static let format = "suture-hashes"
  private static let byteLimit = 64 << 20
  /// Files that a folder may have.
  private static let fileLimit = 10_000
  private let file: String?
  private var entries: [String: Entry] = [:]
  private var hasChanged = false

  /// Reads what was remembered.
  ///
  /// - Parameter file: Where; one that is not there or damaged is as an empty one, and nil keeps nothing.
  package init(rememberedIn file: String?) {
    self.file = file
    guard let file, let bytes = try? OpenFile.contents(of: file, limit: Self.byteLimit),
      let json = try? JSONValue(parsing: bytes), json["format"]?.stringValue == Self.format
    else { return }
    for member in json["files"]?.objectValue?.members ?? [] {
      guard let size = member.value["size"]?.integerValue,
        let changed = member.value["changed"]?.integerValue,
        let inode = member.value["inode"]?.integerValue,
        let sha256 = member.value["sha256"]?.stringValue
      else { continue }
      entries[member.key] = Entry(size: size, changed: changed, inode: inode, sha256: sha256)
    }
  }

  /// The digest of a file, or of the names and files of a folder.
  ///
  /// - Parameter path: A file or folder; hidden files in a folder do not count.
  /// - Returns: 64 digits.
  /// - Throws: `FileFault`.
  package func sha256(of path: String) throws(FileFault) -> String {
    switch FileEntry(at: path)?.type {
    case nil: throw .missing
    case .other: throw .notRegular
    case .file: return try digest(of: path)
    case .folder:
      var stream = Digest.Stream()
      var count = 0
      try add(folder: path, below: "", to: &stream, &count)
      return stream.finish()
    }
  }

  private func add(
    folder: String, below name: String, to stream: inout Digest.Stream, _ count: inout Int
  ) throws(FileFault) {
    for entry in try Folder.names(in: folder) where !entry.hasPrefix(".") {
      let (path, relative) = ("\(folder)/\(entry)", name.isEmpty ? entry : "\(name)/\(entry)")
      count += 1
      guard count <= Self.fileLimit, relative.utf8.count < 4096 else {
        throw .tooLarge(byteCount: count, limit: Self.fileLimit)
      }
      switch FileEntry(at: path)?.type {
      case .file: stream.update(Array("\(relative)\u{0}\(try digest(of: path))\n".utf8))
      case .folder: try add(folder: path, below: relative, to: &stream, &count)
      case .other, nil: continue
      }
    }
  }

  private func digest(of path: String) throws(FileFault) -> String {
    let status: Stat
    do { status = unsafe try Stat(path) } catch { throw .unreadable(error) }
    let time = status.st_mtim
    let changed = time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
    let (size, inode) = (Int(status.size), Int(truncatingIfNeeded: status.inode.rawValue))
    if let entry = entries[path], entry.size == size, entry.changed == changed,
      entry.inode == inode
    {
      return entry.sha256
    }
    let sha256 = try Self.read(path)
    // What was changed just now may change again without its time saying so.
    if Int(Date().timeIntervalSince1970) - time.tv_sec > 2 {
      entries[path] = Entry(size: size, changed: changed, inode: inode, sha256: sha256)
      hasChanged = true
    }
    return sha256
  }

  private static func read(_ path: String) throws(FileFault) -> String {
    let file = try OpenFile(reading: path)
    try file.refusePointer()
    var stream = Digest.Stream()
    while true {
      let part: [UInt8]
      do { part = try file.read(upTo: 1 << 20) } catch { throw .readFailed(error) }
      if part.isEmpty { return stream.finish() }
      stream.update(part)
    }
  }

  /// Writes what is remembered, if there is anything new; that it cannot be is no error.
  package func save() {
    guard hasChanged, let file else { return }
    let members = entries.sorted { $0.key < $1.key }.map { path, entry in
      JSONObject.Member(
        key: path,
        value: [
          "size": .integer(entry.size), "changed": .integer(entry.changed),
          "inode": .integer(entry.inode), "sha256": .string(entry.sha256),
        ])
    }
    let json: JSONValue = [
      "format": .string(Self.format), "files": .object(JSONObject(members)),
    ]
    try? ReplacementFile.write(Array((json.text(.pretty) + "\n").utf8), to: file)
    hasChanged = false
  }
}
