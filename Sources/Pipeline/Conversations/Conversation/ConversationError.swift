import Failures
import Jinja
import Tokenization

/// Why a conversation cannot be written as a model reads it.
public struct ConversationError: Failure, Equatable {
  /// One case a cause.
  public enum Cause: Equatable, Sendable {
    /// The chat template cannot be used, or refuses the conversation.
    case template(TemplateError)
    /// The model has no chat template.
    case noTemplate(model: String)
    /// A template or a tokenizer file that cannot be read.
    case unreadable(path: String, reason: String)
    /// A file of the model holds something else than it should.
    case malformedFile(path: String, reason: String)
    /// The tokenizer of the model cannot be used.
    case unusableTokenizer(path: String, TokenizerError)
    /// The tools are no list of JSON schemas.
    case malformedTools(found: String)
    /// A template argument has the name of one of the model's special tokens.
    case argument(TemplateArgumentError)
    /// The template does not write the beginning of an answer that is to be continued.
    case noPrefill(String)
    /// The messages hold no assistant turn that could be the answer.
    case noAnswer(String)
    /// The last assistant turn is empty.
    case emptyAnswer
    /// The template writes the answer in a way that cannot be followed.
    case answerNotFound(String)
  }

  /// What is wrong.
  public let cause: Cause
  /// Where the template is from, when the error is about the template itself.
  public let file: String?

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - cause: What is wrong.
  ///   - file: Where the template is from.
  public init(_ cause: Cause, file: String? = nil) {
    self.cause = cause
    self.file = file
  }

  /// Malformed data, input that is not there, or wrong usage.
  public var kind: FailureKind {
    switch cause {
    case .unreadable: .inputMissing
    case .argument(let error): error.kind
    default: .badData
    }
  }

  /// Whether the template, or the tokenizer, uses what is not implemented.
  public var isUnsupported: Bool {
    switch cause {
    case .template(let error): error.isUnsupported
    case .unusableTokenizer(_, let error): error.isUnsupported
    default: false
    }
  }

  /// The cause and the place in one line.
  public var description: String { (file.map { "\($0): " } ?? "") + reason }

  private var reason: String {
    switch cause {
    case .template(let error): error.description
    case .noTemplate(let model):
      "\(model) has no chat template; name one with --chat-template"
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .malformedFile(let path, let reason): "\(path): \(reason)"
    case .unusableTokenizer(let path, let error): "\(path): \(error)"
    case .malformedTools(let found): "tools should be a list of JSON schemas, not \(found)"
    case .argument(let error): error.description
    case .noPrefill(let reason): "the answer cannot be made to begin with a text: \(reason)"
    case .noAnswer(let reason): reason
    case .emptyAnswer: "the last assistant turn is empty, so no token carries loss"
    case .answerNotFound(let reason): "cannot find the answer in the rendered text: \(reason)"
    }
  }
}
