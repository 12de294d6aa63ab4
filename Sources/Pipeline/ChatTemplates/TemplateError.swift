import Failures
import Tokenization

/// Why a chat template, or a conversation written with one, cannot be used.
public struct TemplateError: Failure, Equatable {
  /// One case a cause.
  public enum Cause: Equatable, Sendable {
    /// The template is not Jinja.
    case syntax(String)
    /// The template uses a part of Jinja or Python that is not implemented here; it is named.
    case unsupported(String)
    /// An undefined value is used where a value is needed.
    case undefined(String)
    /// An operation that Python refuses (its TypeError, ValueError, ZeroDivisionError, ...).
    case invalidOperation(String)
    /// The sandbox forbids the access, as Jinja's immutable sandbox does.
    case forbidden(String)
    /// The template called `raise_exception` with this message.
    case raised(String)
    /// Rendering would take more time or memory than is allowed.
    case limitExceeded(String)
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
    /// The messages hold no assistant turn that could be the answer.
    case noAnswer(String)
    /// The last assistant turn is empty.
    case emptyAnswer
    /// The template writes the answer in a way that cannot be followed.
    case answerNotFound(String)
  }

  /// What is wrong.
  public let cause: Cause
  /// Line of the template, from 1, where there is one.
  public let line: Int?
  /// Where the template is from, when the error is about the template itself.
  public let file: String?

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - cause: What is wrong.
  ///   - line: Line of the template, from 1.
  ///   - file: Where the template is from.
  public init(_ cause: Cause, line: Int? = nil, file: String? = nil) {
    self.cause = cause
    self.line = line
    self.file = file
  }

  /// The same error with a line, unless it has one.
  func at(line: Int) -> TemplateError {
    TemplateError(cause, line: self.line ?? line, file: file)
  }

  /// The same error with the place that the template is from.
  func inFile(_ file: String) -> TemplateError { TemplateError(cause, line: line, file: file) }

  /// Malformed data, or input that is not there.
  public var kind: FailureKind {
    if case .unreadable = cause { .inputMissing } else { .badData }
  }

  /// Whether the template, or the tokenizer, uses what is not implemented.
  public var isUnsupported: Bool {
    switch cause {
    case .unsupported: true
    case .unusableTokenizer(_, let error): error.isUnsupported
    default: false
    }
  }

  /// The cause and the place in one line.
  public var description: String {
    let place = file.map { "\($0): " } ?? ""
    guard let line else { return place + reason }
    return "\(place)chat template line \(line): \(reason)"
  }

  private var reason: String {
    switch cause {
    case .syntax(let reason): reason
    case .unsupported(let feature): "\(feature) is not supported"
    case .undefined(let reason), .invalidOperation(let reason), .forbidden(let reason): reason
    case .raised(let message): "the template refuses the conversation: \(message)"
    case .limitExceeded(let limit): "the template exceeds the limit of \(limit)"
    case .noTemplate(let model):
      "\(model) has no chat template; name one with --chat-template"
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .malformedFile(let path, let reason): "\(path): \(reason)"
    case .unusableTokenizer(let path, let error): "\(path): \(error)"
    case .malformedTools(let found): "tools should be a list of JSON schemas, not \(found)"
    case .noAnswer(let reason): reason
    case .emptyAnswer: "the last assistant turn is empty, so no token carries loss"
    case .answerNotFound(let reason): "cannot find the answer in the rendered text: \(reason)"
    }
  }
}
