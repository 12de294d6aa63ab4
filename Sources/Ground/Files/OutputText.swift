import Failures
import SystemPackage

/// Small text files written whole, and folders for them, in an output that is not published yet.
public enum OutputText {
  /// Why one was not written.
  public struct Fault: Failure, Equatable {
    /// The file or folder.
    public let path: String
    /// What the system says.
    public let reason: String

    /// A full disk, most of the time.
    public var kind: FailureKind { .inputOutput }

    /// The path, then the reason.
    public var description: String { "\(path): cannot be written: \(reason)" }
  }

  /// Writes a text.
  ///
  /// - Parameters:
  ///   - text: What to write, as UTF-8.
  ///   - path: The file; one of that name is replaced.
  /// - Throws: `Fault`, as when the disk is full.
  public static func write(_ text: String, to path: String) throws(Fault) {
    do throws(Errno) {
      try NewFile.write(Array(text.utf8), to: path)
    } catch {
      throw Fault(path: path, reason: error.reason)
    }
  }

  /// Creates a folder.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - parent: The folder that it is created in.
  /// - Returns: Its path.
  /// - Throws: `Fault`.
  public static func createFolder(_ name: String, in parent: String) throws(Fault) -> String {
    let path = "\(parent)/\(name)"
    do throws(Errno) {
      try Folder.create(path)
    } catch {
      throw Fault(path: path, reason: error.reason)
    }
    return path
  }
}
