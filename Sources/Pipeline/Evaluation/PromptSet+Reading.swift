import Conversations
import Files

extension PromptSet {
  /// Reads a prompt file.
  ///
  /// - Parameters:
  ///   - path: JSONL, JSON, CSV or TXT.
  ///   - name: The name in the results.
  ///   - kind: Whether its prompts should be refused.
  ///   - column: The column or member that holds the prompt; nil for one of the usual names.
  /// - Returns: The set, and what the user should know of the file.
  /// - Throws: `ExampleError`.
  public static func reading(
    _ path: String, name: String, kind: Kind, column: String? = nil
  ) throws -> (set: PromptSet, notes: [String]) {
    var digest = Digest.Stream()
    let file = try PromptFile.read(path, column: column) { digest.update($0) }
    let set = PromptSet(
      name: name, kind: kind, sha256: digest.finish(), prompts: file.prompts)
    return (set, file.notes)
  }
}
