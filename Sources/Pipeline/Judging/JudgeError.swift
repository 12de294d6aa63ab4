import Failures
import Jinja

/// Why a judge cannot judge.
public enum JudgeError: Failure, Equatable {
  /// There is no such template.
  case unknown(String, names: [String])
  /// A template that judges of the other kind understand.
  case wrongPlace(String, JudgeTemplate.Place, names: [String])
  /// Words for a template that has its own.
  case answersOfBuiltIn(String)
  /// A template that cannot be read.
  case unreadable(String, reason: String)
  /// A template that cannot be used, or refuses a response.
  case template(String, TemplateError)
  /// The judge's tokenizer does not tell its two answers apart by their first token.
  case sameTokens(model: String, JudgeAnswers)

  /// A wrong flag, a missing file, or bad data.
  public var kind: FailureKind {
    switch self {
    case .wrongPlace, .answersOfBuiltIn: .usage
    case .unknown, .unreadable: .inputMissing
    case .template, .sameTokens: .badData
    }
  }

  /// The template or model, and the cause.
  public var description: String {
    switch self {
    case .unknown(let name, let names):
      "judge template '\(name)': no such file, nor a built-in template (\(names.joined(separator: ", ")))"
    case .wrongPlace(let name, .local, let names):
      "judge template '\(name)' is for a judge at a server; a local judge's are "
        + names.joined(separator: ", ")
    case .wrongPlace(let name, .remote, let names):
      "judge template '\(name)' writes all that a model reads, but a server puts its own chat template "
        + "around it; a server's are \(names.joined(separator: ", "))"
    case .answersOfBuiltIn(let name):
      "judge template '\(name)' has its own answers; --judge-answers is for a template in a file"
    case .unreadable(let path, let reason): "\(path): \(reason)"
    case .template(let name, let error): "judge template \(name): \(error)"
    case .sameTokens(let model, let answers):
      "\(model): no first token tells the answers '\(answers.positive)' and '\(answers.negative)' apart"
    }
  }
}
