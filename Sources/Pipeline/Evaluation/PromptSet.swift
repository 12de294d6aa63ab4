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

extension PromptSet {
  /// The same prompts, each after a system turn.
  ///
  /// - Parameter text: What the system turn says; empty for one that keeps a template from writing its
  ///   own.
  /// - Returns: The set.
  /// - Throws: `EvaluationError.unsuitablePrompt` for a prompt that has a system turn of its own: two of
  ///   them, or another one than the file's, would be another prompt.
  public func after(system text: String) throws(EvaluationError) -> PromptSet {
    let roles = ["system", "developer"]
    for prompt in prompts {
      guard
        let role = prompt.messages.lazy.compactMap({ $0["role"]?.stringValue })
          .first(where: roles.contains)
      else { continue }
      throw .unsuitablePrompt(
        set: name, id: prompt.id,
        reason: "it has a turn of role '\(role)' already, so --system cannot be put before it")
    }
    let turn: JSONValue = ["role": "system", "content": .string(text)]
    return PromptSet(
      name: name, kind: kind, sha256: sha256,
      prompts: prompts.map { $0.asking([turn] + $0.messages) })
  }
}

extension Prompt {
  /// The text of the last message, or nothing.
  var request: String { messages.last?["content"]?.stringValue ?? "" }
}
