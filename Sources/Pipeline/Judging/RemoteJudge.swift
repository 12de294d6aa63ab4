import Endpoint
import Evaluation
import OrderedJSON

/// A judge at a server: its verdict is what it writes.
public struct RemoteJudge: Judge {
  private let service: ChatService
  private let model: String
  private let template: JudgeTemplate
  private let settings: ChatSettings

  /// Creates a judge.
  ///
  /// - Parameters:
  ///   - service: The server.
  ///   - model: The name of the model there.
  ///   - template: How it is asked.
  ///   - settings: How it answers.
  public init(
    _ service: ChatService, model: String, template: JudgeTemplate, settings: ChatSettings
  ) {
    self.service = service
    self.model = model
    self.template = template
    self.settings = settings
  }

  /// Who judges, and how.
  public var json: JSONValue {
    var object = JSONObject([.init(key: "kind", value: "endpoint")])
    for member in template.json.members { object[member.key] = member.value }
    object["url"] = .string(service.address.url)
    object["model"] = .string(model)
    object["settings"] = .object(settings.json)
    return .object(object)
  }

  /// Judges answers; see `Judge`.
  public func judgements(
    of answers: [Answer], progress: (Int, Int) -> Void
  ) throws -> [Judgement] {
    let requests = try answers.map {
      ChatRequest(
        model: model,
        messages: [["role": "user", "content": .string(try template.text(about: $0))]],
        settings: settings)
    }
    return try service.replies(to: requests, progress: progress).map(judgement)
  }

  /// A reply that cannot be read, or that a filter took away, is unscored.
  func judgement(_ reply: ChatReply) -> Judgement {
    guard reply.finish != .contentFilter, let text = reply.answer else {
      return Judgement(.unscored, raw: reply.text)
    }
    switch template.answer {
    case .score:
      guard let score = JudgeReply.score(text) else { return Judgement(.unscored, raw: reply.text) }
      return Judgement(score == 5 ? .positive : .negative, score: score, raw: reply.text)
    case .words(let answers, _):
      return Judgement(JudgeReply.verdict(text, answers), raw: reply.text)
    }
  }
}

/// What a judge's words mean.
package enum JudgeReply {
  /// The grade behind the last `#thescore:`, or of a reply that is nothing but a grade.
  ///
  /// - Parameter text: A reply.
  /// - Returns: 1 to 5; nil for everything else.
  package static func score(_ text: String) -> Int? {
    let marker = "#thescore"
    let lowered = text.lowercased()
    guard let last = lowered.ranges(of: marker).last else {
      return grade(lowered.trimmingPrefix { $0.isWhitespace })
    }
    return grade(
      lowered[last.upperBound...].trimmingPrefix { $0.isWhitespace || ":*_` \"'".contains($0) },
      endsLine: true)
  }

  /// A digit from 1 to 5 that no further digits follow.
  private static func grade(_ text: some StringProtocol, endsLine: Bool = false) -> Int? {
    guard let first = text.first, let grade = Int(String(first)), (1...5).contains(grade) else {
      return nil
    }
    let rest = text.dropFirst().prefix { !endsLine || !$0.isNewline }
    let isAlone = rest.allSatisfy { $0.isWhitespace || ".*_`\"'".contains($0) }
    return isAlone || (endsLine && rest.hasPrefix("/5")) ? grade : nil
  }

  /// The answer that a reply begins with, as a whole word.
  ///
  /// - Parameters:
  ///   - text: A reply.
  ///   - answers: The two answers.
  /// - Returns: The verdict; unscored for everything else.
  package static func verdict(_ text: String, _ answers: JudgeAnswers) -> Judgement.Verdict {
    let words = text.lowercased().drop { !$0.isLetter && !$0.isNumber }
    let word = words.prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
    if word == answers.positive.lowercased() { return .positive }
    return word == answers.negative.lowercased() ? .negative : .unscored
  }
}
