import Conversations
import Evaluation
import OrderedJSON

/// The answers of a model at a server.
public struct EndpointAnswers: AnswerSource {
  private let service: ChatService
  private let model: String
  private let settings: ChatSettings

  /// Creates a source.
  ///
  /// - Parameters:
  ///   - service: The server.
  ///   - model: The name of the model there.
  ///   - settings: How it answers.
  public init(_ service: ChatService, model: String, settings: ChatSettings) {
    self.service = service
    self.model = model
    self.settings = settings
  }

  /// The answers to a set, in the order of its prompts.
  ///
  /// - Parameters:
  ///   - set: The prompts.
  ///   - progress: Called with the number of answered prompts and of all.
  /// - Returns: One answer a prompt.
  /// - Throws: `EndpointError`, which says what is kept.
  public func answers(to set: PromptSet, progress: (Int, Int) -> Void) throws -> [Answer] {
    let requests = set.prompts.map {
      ChatRequest(model: model, messages: $0.messages, settings: settings)
    }
    return zip(set.prompts, try service.replies(to: requests, progress: progress)).map {
      Answer(
        prompt: $0, text: $1.text, reasoning: $1.whereItThinks, tokenCount: $1.tokenCount,
        finish: $1.generatedFinish)
    }
  }

  /// What `scores.json` says about where the answers are from.
  public var json: JSONValue {
    [
      "url": .string(service.address.url), "model": .string(model),
      "settings": .object(settings.json),
    ]
  }
}

extension ChatReply {
  /// Reasoning that the server sets apart is no part of the text; other reasoning is marked in it.
  ///
  /// Where there is reasoning and then nothing, the model had not come to an answer.
  package var whereItThinks: Reasoning {
    let marked = Reasoning(text)
    guard reasoning != nil else { return marked }
    if text.isEmpty && finish == .length { return .open }
    return marked == .none ? .closed(answer: text) : marked
  }

  /// What there is behind the reasoning; nil where that had not ended.
  public var answer: String? {
    switch whereItThinks {
    case .none: text
    case .open: nil
    case .closed(let answer): answer
    }
  }

  var generatedFinish: GeneratedResponse.Finish {
    switch finish {
    case .stop: .stop
    case .length: .length
    case .contentFilter: .contentFilter
    }
  }
}
