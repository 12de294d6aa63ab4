import Files
import Glibc
import Synchronization

/// The unfinished outputs of this process, which a signal removes.
enum PendingOutputs {
  private static let paths = Mutex<Set<String>>([])

  /// Creates an unfinished output and remembers it, in one step as seen by a signal.
  static func register<Failure: Error>(
    _ create: () throws(Failure) -> String
  ) throws(Failure) -> String {
    try paths.withLock { (paths) throws(Failure) in
      let path = try create()
      paths.insert(path)
      return path
    }
  }

  /// Publishes or removes an unfinished output and forgets it when that went well.
  static func release<Failure: Error>(
    _ path: String, _ finish: () throws(Failure) -> Void
  ) throws(Failure) {
    try paths.withLock { (paths) throws(Failure) in
      try finish()
      paths.remove(path)
    }
  }

  /// Removes every unfinished output and ends the process.
  ///
  /// The lock is never given back: whoever waits for it to publish an output, or to report an error
  /// that the removal has caused, is too late.
  static func removeAllAndExit(_ status: Int32) -> Never {
    paths.withLock { paths in
      for path in paths { Folder.removeTree(path) }
      _exit(status)
    }
  }
}
