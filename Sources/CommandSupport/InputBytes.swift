import Failures
import FoundationEssentials

/// Small files read whole.
public enum InputBytes {
  /// The bytes of a file.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its bytes.
  /// - Throws: `CommandError.inputMissing`.
  public static func read(_ path: String) throws -> [UInt8] {
    do {
      return Array(try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw CommandError.inputMissing(path: path, reason: "cannot be read")
    }
  }
}
