import Conversations
import Files

/// Small files read whole.
public enum InputBytes {
  /// The bytes of a file.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its bytes.
  /// - Throws: `CommandError.inputMissing`.
  public static func read(_ path: String) throws -> [UInt8] {
    do {
      if let bytes = try InputFile.contents(of: path, limit: .max) { return bytes }
      throw CommandError.inputMissing(path: path, reason: "no such file")
    } catch let problem as InputFile.Problem {
      throw CommandError.inputMissing(path: path, reason: problem.reason)
    }
  }
}
