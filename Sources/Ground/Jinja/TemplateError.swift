import Failures

/// Why a template cannot be used, or cannot write what it is given.
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
  }

  /// What is wrong.
  public let cause: Cause
  /// Line of the template, from 1, where there is one.
  public let line: Int?

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - cause: What is wrong.
  ///   - line: Line of the template, from 1.
  public init(_ cause: Cause, line: Int? = nil) {
    self.cause = cause
    self.line = line
  }

  static func syntax(_ reason: String) -> TemplateError { TemplateError(.syntax(reason)) }

  static func unsupported(_ feature: String) -> TemplateError {
    TemplateError(.unsupported(feature))
  }

  static func invalidOperation(_ reason: String) -> TemplateError {
    TemplateError(.invalidOperation(reason))
  }

  static func forbidden(_ reason: String) -> TemplateError { TemplateError(.forbidden(reason)) }

  static func raised(_ message: String) -> TemplateError { TemplateError(.raised(message)) }

  static func limitExceeded(_ limit: String) -> TemplateError {
    TemplateError(.limitExceeded(limit))
  }

  /// The same error with a line, unless it has one.
  func at(line: Int) -> TemplateError { TemplateError(cause, line: self.line ?? line) }

  /// Malformed data, whatever the cause.
  public var kind: FailureKind { .badData }

  /// Whether the template uses what is not implemented.
  public var isUnsupported: Bool { if case .unsupported = cause { true } else { false } }

  /// The cause and the line in one line.
  public var description: String { line.map { "chat template line \($0): \(reason)" } ?? reason }

  private var reason: String {
    switch cause {
    case .syntax(let reason): reason
    case .unsupported(let feature): "\(feature) is not supported"
    case .undefined(let reason), .invalidOperation(let reason), .forbidden(let reason): reason
    case .raised(let message): "the template refuses the conversation: \(message)"
    case .limitExceeded(let limit): "the template exceeds the limit of \(limit)"
    }
  }
}
