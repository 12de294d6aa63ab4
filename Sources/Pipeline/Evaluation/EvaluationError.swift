import Failures

/// Why an evaluation can't be done.
public enum EvaluationError: Failure, Equatable {
  /// A prompt set or utility set without items: no rate can come of it.
  case nothingToScore(set: String)
  /// A prompt that can't be turned into tokens.
  case unsuitablePrompt(set: String, id: String, reason: String)
  /// The generator did not return one response a prompt.
  case missingResponses(set: String, expected: Int, found: Int)
  /// A loss that is NaN or infinite.
  case nonFiniteLoss(set: String, id: String)
  /// Token ids mean one thing in a reference and another in the model that is compared with it.
  case otherVocabulary(reference: String, model: String, reason: String)

  /// All of them are bad data.
  public var kind: FailureKind { .badData }

  /// The set, the item and the cause.
  public var description: String {
    switch self {
    case .nothingToScore(let set): "\(set): nothing to score"
    case .unsuitablePrompt(let set, let id, let reason): "\(set): prompt \(id): \(reason)"
    case .missingResponses(let set, let expected, let found):
      "\(set): \(found) responses to \(expected) prompts"
    case .otherVocabulary(let reference, let model, let reason):
      "the reference \(reference) and the model \(model) have different vocabularies: \(reason)"
    case .nonFiniteLoss(let set, let id): "\(set): example \(id): the loss is not a finite number"
    }
  }
}
