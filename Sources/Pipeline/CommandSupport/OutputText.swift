import Files

/// Small text files written whole, into an output that is not published yet.
public enum OutputText {
  /// Writes a text.
  ///
  /// - Parameters:
  ///   - text: What to write, as UTF-8.
  ///   - path: The file; one of that name is replaced.
  /// - Throws: `CommandError.outputNotWritten`, as when the disk is full.
  public static func write(_ text: String, to path: String) throws(CommandError) {
    do {
      try NewFile.write(Array(text.utf8), to: path)
    } catch {
      throw .outputNotWritten(path: path, reason: error.reason)
    }
  }
}
