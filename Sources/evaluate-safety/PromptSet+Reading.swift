import CommandSupport
import Evaluation
import Examples

extension PromptSet {
  /// Reads a prompt file.
  ///
  /// - Parameters:
  ///   - path: JSONL, CSV or TXT.
  ///   - kind: Whether its prompts should be refused.
  /// - Throws: `ExampleError`.
  init(reading path: String, kind: Kind) throws {
    var digest = Digest.Stream()
    let prompts = try PromptFile.read(path) { digest.update($0) }
    self.init(
      name: InputName.stem(of: path), kind: kind, sha256: digest.finish(),
      prompts: prompts.map { Prompt(id: $0.id, messages: $0.messages) })
  }
}
