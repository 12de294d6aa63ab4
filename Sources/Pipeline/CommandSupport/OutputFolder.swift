import Files

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
    do {
      try Folder.create(path)
    } catch {
      throw .outputNotWritten(path: path, reason: error.reason)
    }
    return path
  }
}
