import Conversations
import Files

extension PromptSet {
  /// A set as it was read from a file.
  public struct Reading {
    /// The prompts.
    public let set: PromptSet
    /// What the user should know of the file.
    public let notes: [String]
    /// The columns, or the members of the objects, as the file names them.
    public let columnNames: [String]
  }

  /// Reads a prompt file.
  ///
  /// - Parameters:
  ///   - path: JSONL, JSON, CSV or TXT.
  ///   - name: The name in the results.
  ///   - kind: Whether its prompts should be refused.
  ///   - columns: Where prompts and categories stand.
  ///   - limit: Prompts to take at most, the first ones; the file is checked as a whole.
  /// - Returns: The set, and what the user should know of the file.
  /// - Throws: `ExampleError`.
  public static func reading(
    _ path: String, name: String, kind: Kind, columns: PromptColumnNames = PromptColumnNames(),
    limit: Int? = nil
  ) throws -> Reading {
    var digest = Digest.Stream()
    let file = try PromptFile.read(path, columns: columns) { digest.update($0) }
    let set = PromptSet(
      name: name, kind: kind, sha256: digest.finish(),
      prompts: limit.map { Array(file.prompts.prefix($0)) } ?? file.prompts)
    return Reading(set: set, notes: file.notes, columnNames: file.columnNames)
  }
}
