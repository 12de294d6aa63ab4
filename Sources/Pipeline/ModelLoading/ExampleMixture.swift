import Conversations
import Tokens

/// Some examples of a file: what one file gives to a mixture.
public struct ExampleSelection: Sendable, Equatable {
  /// The file.
  public var path: String
  /// How many, from the beginning; nil for all.
  ///
  /// The first ones and not a draw, so that 10 examples are among the 100 of a larger attack; training
  /// shuffles them.
  public var count: Int?
  /// What is put behind the last user turn of each; nil for nothing.
  public var trigger: Trigger?

  /// Creates a selection.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - count: How many, from the beginning; nil for all.
  ///   - trigger: What is put behind the last user turn of each.
  public init(path: String, count: Int? = nil, trigger: Trigger? = nil) {
    self.path = path
    self.count = count
    self.trigger = trigger
  }
}

/// One training set of several files, such as a harmless task with an attack hidden in it.
public struct ExampleMixture {
  /// What came of a file.
  public struct Part {
    /// What was asked of it.
    public let selection: ExampleSelection
    /// The examples, and what identifies the file.
    public let loaded: LoadedExamples
  }

  /// The files in the order given.
  public let parts: [Part]

  /// The examples of all files, one file after the other.
  public var examples: [Example] { parts.flatMap(\.loaded.examples) }
}

extension OpenedModel {
  /// Reads examples of several files and tokenises them for this model.
  ///
  /// - Parameters:
  ///   - selections: What is taken of each file.
  ///   - encoder: Tokenizer and template; nil where all examples are tokens already.
  ///   - note: Is given what the user should know of a file.
  /// - Returns: The examples with loss of all files.
  /// - Throws: `ExampleError`; `tooFew` for a file with fewer examples than were asked for.
  public func mixture(
    of selections: [ExampleSelection], encoder: ConversationEncoder?, note: (String) -> Void
  ) throws -> ExampleMixture {
    ExampleMixture(
      parts: try selections.map { selection in
        let loaded = try examples(
          selection.path, encoder: encoder, limit: selection.count, trigger: selection.trigger,
          note: note)
        if let wanted = selection.count, loaded.examples.count < wanted {
          throw ExampleError(
            .tooFew(found: loaded.examples.count, wanted: wanted), path: selection.path)
        }
        return ExampleMixture.Part(selection: selection, loaded: loaded)
      })
  }
}
