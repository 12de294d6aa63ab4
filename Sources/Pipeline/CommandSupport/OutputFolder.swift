import Glibc

/// Folders inside an output that is not published yet.
public enum OutputFolder {
  /// Creates a folder.
  ///
  /// - Parameters:
  ///   - name: Its name.
  ///   - parent: The folder that it is created in.
  /// - Returns: Its path.
  /// - Throws: `CommandError.outputNotWritten`.
  public static func create(_ name: String, in parent: String) throws(CommandError) -> String {
    let path = "\(parent)/\(name)"
    guard unsafe mkdir(path, 0o777) == 0 else {
      throw .outputNotWritten(path: path, reason: SystemError.last.reason)
    }
    return path
  }
}
