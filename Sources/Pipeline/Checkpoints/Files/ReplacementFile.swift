import Glibc

/// A file that is written beside its target and takes its name when it is complete.
///
/// A file that has its name is therefore whole; one that is given up is removed.
@safe
final class ReplacementFile {
  private let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private var isFinished = false

  /// Creates the file.
  ///
  /// Calls `open`.
  init(replacing path: String) throws(CheckpointError) {
    guard !path.utf8.contains(0) else { throw .file(path: path, .unusablePath) }
    self.path = path
    temporaryPath = "\(path).\(getpid()).partial"
    let mode: mode_t = 0o666
    descriptor = unsafe open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      throw .file(path: path, .cannotCreate(reason: SystemCalls.lastErrorReason))
    }
  }

  deinit {
    close(descriptor)
    if !isFinished { _ = unsafe unlink(temporaryPath) }
  }

  /// Writes bytes at a position.
  ///
  /// Calls `pwrite`.
  func write(_ bytes: RawSpan, at position: Int) throws(CheckpointError) {
    var written = 0
    while written < bytes.byteCount {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written,
          position + written)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure }
      written += count
    }
  }

  /// Gives the file its name.
  ///
  /// Calls `fsync` and `rename`.
  func finish() throws(CheckpointError) {
    guard fsync(descriptor) == 0, unsafe rename(temporaryPath, path) == 0 else { throw failure }
    isFinished = true
  }

  /// Writes a whole file.
  static func write(_ bytes: [UInt8], to path: String) throws(CheckpointError) {
    let file = try ReplacementFile(replacing: path)
    try file.write(unsafe bytes.span.bytes, at: 0)
    try file.finish()
  }

  private var failure: CheckpointError {
    .file(path: path, .writeFailed(reason: SystemCalls.lastErrorReason))
  }
}
