import Glibc

/// The file calls of the C library, with `errno` turned into a fault in this one place.
enum SystemCalls {
  /// The text of the last error.
  ///
  /// Calls `strerror`.
  static var lastErrorReason: String {
    unsafe String(cString: strerror(errno)).lowercased()
  }

  /// Opens a regular file for reading.
  ///
  /// Calls `open` and `fstat`.
  ///
  /// Without `O_NONBLOCK` a pipe that nobody writes would block for ever.
  static func openForReading(_ path: String) throws(FileFault) -> (descriptor: Int32, size: Int) {
    guard !path.utf8.contains(0) else { throw .unusablePath }
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .missing : .unreadable(reason: lastErrorReason)
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else {
      let reason = lastErrorReason
      close(descriptor)
      throw .readFailed(reason: reason)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw status.st_mode & S_IFMT == S_IFDIR ? .isFolder : .notRegular
    }
    return (descriptor, status.st_size)
  }

  /// What is at a path, symbolic links followed.
  ///
  /// Calls `stat`.
  static func kind(of path: String) -> FileKind {
    guard !path.utf8.contains(0) else { return .missing }
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return .missing }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .file
    case S_IFDIR: return .folder
    default: return .other
    }
  }

  /// The names in a folder, sorted by their bytes.
  ///
  /// Calls `opendir` and `readdir`.
  static func names(in folder: String) throws(FileFault) -> [String] {
    guard !folder.utf8.contains(0) else { throw .unusablePath }
    guard let directory = unsafe opendir(folder) else {
      switch errno {
      case ENOENT: throw .missing
      case ENOTDIR: throw .notFolder
      default: throw .unreadable(reason: lastErrorReason)
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

  /// An environment variable that is set and not empty.
  ///
  /// Calls `getenv`.
  static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    let text = unsafe String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// The home folder of a user, or of the one whose process this is.
  ///
  /// Calls `getpwnam`, or `getpwuid` and `getuid`.
  static func homeFolder(of user: String?) -> String? {
    let entry = unsafe user.map { unsafe getpwnam($0) } ?? getpwuid(getuid())
    guard let folder = unsafe entry?.pointee.pw_dir else { return nil }
    return unsafe String(cString: folder)
  }
}

/// What is at a path.
enum FileKind {
  case missing
  case file
  case folder
  case other
}
