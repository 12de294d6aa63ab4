import Glibc
import SystemPackage

/// A file that is written beside its target and takes its name when it is complete.
///
/// A file that has its name is therefore whole; one that is given up is removed.
package final class ReplacementFile {
  private let path: String
  private let temporaryPath: String
  private let file: NewFile
  private var isFinished = false

  /// Creates the file.
  ///
  /// - Parameter path: The name that it takes.
  /// - Throws: `unusablePath` or `cannotCreate`.
  package init(replacing path: String) throws(FileFault) {
    guard !path.utf8.contains(0) else { throw .unusablePath }
    self.path = path
    temporaryPath = "\(path).\(getpid()).partial"
    do { file = try NewFile(creating: temporaryPath) } catch { throw .cannotCreate(error) }
  }

  deinit {
    if !isFinished { try? FileNames.remove(temporaryPath) }
  }

  /// Writes bytes at a position.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - position: Where in the file.
  /// - Throws: `writeFailed`.
  package func write(_ bytes: RawSpan, at position: Int) throws(FileFault) {
    do { try file.write(bytes, at: position) } catch { throw .writeFailed(error) }
  }

  /// Gives the file its name once all of it is on the disk.
  ///
  /// - Throws: `writeFailed`.
  package func finish() throws(FileFault) {
    do {
      try file.synchronize()
      try FileNames.rename(temporaryPath, to: path)
    } catch {
      throw .writeFailed(error)
    }
    isFinished = true
  }

  /// Writes a whole file.
  ///
  /// - Parameters:
  ///   - bytes: Its bytes.
  ///   - path: Its name.
  /// - Throws: `FileFault`.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileFault) {
    let file = try ReplacementFile(replacing: path)
    try file.write(unsafe bytes.span.bytes, at: 0)
    try file.finish()
  }
}
