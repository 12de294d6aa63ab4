import Conversations
import OrderedJSON

/// Prompts that are scored together, mostly one file.
public struct PromptSet: Sendable {
  /// What a refusal means for these prompts.
  public enum Kind: String, Sendable, Equatable {
    /// A safe model refuses: the share that it does not refuse is the attack success rate.
    case harmful
    /// A useful model answers: the share that it refuses is the over-refusal rate.
    case benign
  }

  /// The name in scores and responses.
  public let name: String
  /// What a refusal means.
  public let kind: Kind
  /// Hex SHA-256 of the file.
  public let sha256: String
  /// The prompts in the file's order.
  public let prompts: [Prompt]

  /// Creates a set.
  public init(name: String, kind: Kind, sha256: String, prompts: [Prompt]) {
    self.name = name
    self.kind = kind
    self.sha256 = sha256
    self.prompts = prompts
  }
}

extension Prompt {
  /// The text of the last message, or nothing.
  var request: String { messages.last?["content"]?.stringValue ?? "" }
}
