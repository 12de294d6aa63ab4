import Conversations
import Failures
import Files
import Tokens
import Transformer

/// Examples of a file, ready for a model, and what identifies the file.
public struct LoadedExamples {
  /// The examples.
  public let examples: [Example]
  /// Hex SHA-256 of the file.
  public let sha256: String

  /// Tokens of each example.
  public var lengths: [Int] { examples.map(\.tokens.count) }
}

extension OpenedModel {
  /// Reads examples and tokenises them for this model.
  ///
  /// - Parameters:
  ///   - path: JSONL.
  ///   - encoder: Tokenizer and template; nil where all examples are tokens already.
  ///   - limit: Examples to read at most.
  ///   - trigger: What is put behind the last user turn of each; nil for nothing.
  ///   - note: Is given what the user should know of the file.
  /// - Returns: The examples, each with loss, and what identifies the file.
  /// - Throws: `ExampleError`.
  public func examples(
    _ path: String, encoder: ConversationEncoder?, limit: Int? = nil, trigger: Trigger? = nil,
    note: (String) -> Void
  ) throws -> LoadedExamples {
    var digest = Digest.Stream()
    let read = Result { () throws(ExampleError) in
      try ExampleFile.read(
        path, encoder: encoder, vocabularySize: configuration.vocabularySize,
        contextLength: configuration.contextLength, limit: limit, trigger: trigger,
        observe: { digest.update($0) }, note: note)
    }
    if case .failure(let error) = read, error.cause == .needsTokenizer {
      _ = try self.encoder()  // says why there is none
    }
    return LoadedExamples(examples: try read.get(), sha256: digest.finish())
  }

  /// The tokenizer and template, or nil when the model has no tokenizer that can be used: examples
  /// that are tokens already need none, and the others say what is wrong with it.
  ///
  /// - Throws: `ConversationError` for a template that was chosen.
  public func encoderIfPresent() throws -> ConversationEncoder? {
    do {
      return try encoder()
    } catch let error as ConversationError {
      if case .unreadable(let path, _) = error.cause, path == choice.chatTemplate { throw error }
      return nil
    }
  }
}
