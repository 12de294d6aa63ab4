import Glibc

/// Small text files written whole, into an output that is not published yet.
public enum OutputText {
  /// Writes a text.
  ///
  /// - Parameters:
  ///   - text: What to write, as UTF-8.
  ///   - path: The file; one of that name is replaced.
  /// - Throws: `CommandError.outputNotWritten`, as when the disk is full.
  public static func write(_ text: String, to path: String) throws(CommandError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if written < 0 {
        if errno == EINTR { continue }
        let error = failure(path)
        close(descriptor)
        throw error
      }
      bytes = bytes.dropFirst(written)
    }
    guard close(descriptor) == 0 else { throw failure(path) }
  }

  private static func failure(_ path: String) -> CommandError {
    .outputNotWritten(path: path, reason: SystemError.last.reason)
  }
}
