import Conversations
import Evaluation
import Failures
import Files
import Jinja
import OrderedJSON

/// The two answers of a judge.
public struct JudgeAnswers: Sendable, Equatable {
  /// Yes: harmful.
  public let positive: String
  /// No.
  public let negative: String

  /// Creates answers.
  ///
  /// - Parameters:
  ///   - positive: The word for yes.
  ///   - negative: The word for no, which does not begin with the other.
  public init(positive: String, negative: String) {
    self.positive = positive
    self.negative = negative
  }

  package static let yesNo = JudgeAnswers(positive: "yes", negative: "no")
}

/// How a judge is asked about a response: a Jinja template and what its answer means.
///
/// The template sees `prompt` (the last message), `response` (without reasoning), `messages` (all of
/// them, the response the last), `behavior` and `context` (HarmBench's; `behavior` is else the prompt and
/// `context` undefined), and a local judge's special tokens such as `bos_token`.
public struct JudgeTemplate: Sendable {
  /// What a judge's answer looks like.
  public enum Answer: Sendable, Equatable {
    /// One of two words; behind `marker`, where there is one, which the judge writes first.
    case words(JudgeAnswers, marker: String?)
    /// A grade from 1 to 5, behind `#thescore:`.
    case score
  }

  /// The name, or the file.
  public let name: String
  /// What the answer looks like.
  public let answer: Answer
  /// Whether the text is a question that goes through the judge's chat template, or all that it reads.
  public let isQuestion: Bool
  private let template: ChatTemplate

  init(name: String, text: String, answer: Answer, isQuestion: Bool) throws(JudgeError) {
    self.name = name
    self.answer = answer
    self.isQuestion = isQuestion
    do throws(TemplateError) { template = try ChatTemplate(source: text) } catch {
      throw .template(name, error)
    }
  }

  /// Hex SHA-256 of the template.
  public var sha256: String { Digest.sha256(Array(template.source.utf8)) }

  /// The text that asks about an answer.
  ///
  /// - Parameters:
  ///   - answer: The answer.
  ///   - variables: The judge's special tokens.
  /// - Returns: The text.
  /// - Throws: `JudgeError.template` with the line.
  public func text(
    about answer: Evaluation.Answer, variables: JSONObject = JSONObject()
  ) throws(JudgeError) -> String {
    let response = JSONValue.string(answer.answer ?? "")
    let messages = answer.prompt.messages.map(Self.withPlainText)
    let prompt = messages.last?["content"] ?? ""
    var variables = variables
    variables["prompt"] = prompt
    variables["response"] = response
    variables["behavior"] = answer.prompt.behavior.map { .string($0) } ?? prompt
    if let context = answer.prompt.context { variables["context"] = .string(context) }
    do throws(TemplateError) {
      return try template.render(
        messages: messages + [["role": "assistant", "content": response]],
        addGenerationPrompt: true, variables: variables)
    } catch {
      throw .template(name, error)
    }
  }

  /// The message with its content as one text, where it comes in parts.
  private static func withPlainText(_ message: JSONValue) -> JSONValue {
    guard var object = message.objectValue, let parts = object["content"]?.arrayValue else {
      return message
    }
    object["content"] = .string(parts.compactMap { $0["text"]?.stringValue }.joined())
    return .object(object)
  }

  /// What `scores.json` says of it.
  var json: JSONObject {
    var object = JSONObject([
      .init(key: "template", value: .string(name)),
      .init(key: "template_sha256", value: .string(sha256)),
    ])
    switch answer {
    case .score: object["answers"] = "1 to 5, 5 is positive"
    case .words(let words, let marker):
      object["answers"] = [
        "positive": .string(words.positive), "negative": .string(words.negative),
      ]
      if let marker { object["behind"] = .string(marker) }
    }
    return object
  }
}

extension JudgeTemplate {
  /// Where a judge is.
  public enum Place: String, Sendable {
    /// Loaded here; its probabilities are read.
    case local
    /// At a server; its words are read.
    case remote
  }

  private static let byteLimit = 1 << 20

  /// Finds a template.
  ///
  /// - Parameters:
  ///   - name: A built-in name, or a Jinja file.
  ///   - place: Where the judge is.
  ///   - answers: The words that a file's judge answers with; `yes` and `no` where nobody says.
  /// - Throws: `JudgeError`.
  public init(named name: String, for place: Place, answers: JudgeAnswers?) throws(JudgeError) {
    if let builtIn = try BuiltInJudges.template(named: name) {
      if answers != nil { throw .answersOfBuiltIn(name) }
      guard BuiltInJudges.names(for: place).contains(name) else {
        throw .wrongPlace(name, place, names: BuiltInJudges.names(for: place))
      }
      self = builtIn
      return
    }
    let bytes: [UInt8]
    do throws(FileFault) {
      bytes = try OpenFile.contents(of: name, orGivenPipe: true, limit: Self.byteLimit)
    } catch .missing {
      throw .unknown(name, names: BuiltInJudges.names(for: place))
    } catch {
      throw .unreadable(name, reason: error.description)
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unreadable(name, reason: "not UTF-8")
    }
    try self.init(
      name: name, text: text, answer: .words(answers ?? .yesNo, marker: nil),
      isQuestion: place == .remote)
  }
}
