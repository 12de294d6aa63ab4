/// Whatever continues prompts: a language model, or in tests a table.
public protocol ResponseGenerator {
  /// The new tokens of each prompt, without the stop token.
  ///
  /// - Parameters:
  ///   - prompts: Token ids of each prompt.
  ///   - maxNewTokens: Tokens to add at most.
  ///   - stopTokens: A response ends before one of these.
  ///   - batchSize: Sequences decoded together.
  ///   - progress: Called with the number of finished prompts and of all.
  /// - Returns: One list of tokens a prompt.
  /// - Throws: What keeps the model from answering.
  func generate(
    prompts: [[Int32]], maxNewTokens: Int, stopTokens: Set<Int32>, batchSize: Int,
    progress: (Int, Int) -> Void
  ) throws -> [[Int32]]
}
