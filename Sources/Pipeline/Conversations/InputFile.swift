import Failures
import Glibc

/// A file open for reading.
package struct InputFile: ~Copyable {
  /// Why a file cannot be opened or read, in the words of the system.
  package struct Problem: Error, Equatable, Sendable {
    /// The reason.
    package let reason: String

    init() { reason = unsafe String(cString: strerror(errno)) }

    init(reason: String) { self.reason = reason }
  }

  private let descriptor: CInt

  /// Opens a file, or a pipe that this process was given, as by `<(...)` of a shell.
  ///
  /// A pipe with a name of its own would have to be waited for, perhaps for ever, and a device may
  /// never end: both are refused.
  ///
  /// Calls `open`, `fstat`, `fcntl` and `pread`.
  package init(path: String) throws(Problem) {
    guard !path.utf8.contains(0) else { throw Problem(reason: "the path holds a NUL character") }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Problem() }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let problem = Problem()
      close(descriptor)
      throw problem
    }
    let isGiven = ["/dev/fd/", "/proc/self/fd/", "/dev/stdin"].contains { path.hasPrefix($0) }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      guard !Self.isPointer(descriptor) else {
        close(descriptor)
        throw Problem(reason: GitLFSPointer.reason)
      }
    case S_IFIFO where isGiven: _ = fcntl(descriptor, F_SETFL, 0)
    case S_IFDIR:
      close(descriptor)
      throw Problem(reason: "is a folder, not a file")
    default:
      close(descriptor)
      throw Problem(reason: "is no regular file")
    }
    self.descriptor = descriptor
  }

  /// Whether the file only stands for one that was not fetched; what cannot be read twice never is.
  private static func isPointer(_ descriptor: CInt) -> Bool {
    let limit = GitLFSPointer.byteCount
    let start = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      count = max(0, unsafe pread(descriptor, buffer.baseAddress, limit, 0))
    }
    return GitLFSPointer.begins(start)
  }

  deinit { close(descriptor) }

  /// The next bytes of the file, at most `limit` of them; none at its end.
  ///
  /// Calls `read`.
  package func read(upTo limit: Int) throws(Problem) -> [UInt8] {
    var isFailed = false
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      var result = unsafe Glibc.read(descriptor, buffer.baseAddress, limit)
      while result < 0 && errno == EINTR {
        result = unsafe Glibc.read(descriptor, buffer.baseAddress, limit)
      }
      isFailed = result < 0
      count = max(0, result)
    }
    if isFailed { throw Problem() }
    return bytes
  }

  /// The whole file, or nil if there is none of this name.
  package static func contents(
    of path: String, limit: Int = 1 << 30
  ) throws(Problem) -> [UInt8]? {
    guard unsafe access(path, F_OK) == 0 else { return nil }
    let file = try InputFile(path: path)
    var bytes: [UInt8] = []
    while true {
      let part = try file.read(upTo: 1 << 16)
      if part.isEmpty { return bytes }
      bytes += part
      guard bytes.count <= limit else { throw Problem(reason: "larger than \(limit) bytes") }
    }
  }

  /// The names of the entries of a folder, sorted; none where there is no such folder.
  ///
  /// Calls `opendir` and `readdir`.
  package static func names(in folder: String) throws(Problem) -> [String] {
    guard let stream = unsafe opendir(folder) else {
      if errno == ENOENT || errno == ENOTDIR { return [] }
      throw Problem()
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      names.append(
        unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
          unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        })
    }
    return names.sorted()
  }
}
