import Conversations
import Evaluation
import OrderedJSON
import Tokenization
import Tokens
import Transformer

/// The questions to a judge that is loaded here, as tokens, and how its answers are read.
///
/// They are made before the judge's weights are read, so that the memory can be planned.
public struct JudgeQuestions {
  let template: JudgeTemplate
  let tokens: VerdictTokens
  let encoder: ConversationEncoder
  let answers: JudgeAnswers
  let marker: String?
  /// Tokens of what a judge writes before the marker, at most.
  static let tokensBeforeMarker = 48

  /// Prepares to ask.
  ///
  /// - Parameters:
  ///   - template: How.
  ///   - encoder: The judge's tokenizer and chat template.
  ///   - model: The judge, for messages.
  /// - Throws: `JudgeError`.
  public init(
    _ template: JudgeTemplate, encoder: ConversationEncoder, model: String
  ) throws(JudgeError) {
    guard case .words(let answers, let marker) = template.answer else {
      throw .wrongPlace(template.name, .local, names: BuiltInJudges.names(for: .local))
    }
    self.template = template
    self.encoder = encoder
    self.answers = answers
    self.marker = marker
    tokens = try VerdictTokens(answers, encoder.tokenizer, model: model)
  }

  /// The tokens that ask about an answer.
  ///
  /// - Parameter answer: The answer.
  /// - Returns: What the judge reads.
  /// - Throws: `JudgeError`, `ConversationError`.
  public func tokens(about answer: Answer) throws -> [TokenID] {
    let text = try template.text(about: answer, variables: encoder.specialTokens.variables)
    guard template.isQuestion else { return try encoder.tokens(ofRendered: text).map(\.id) }
    return try encoder.encodePrompt([["role": "user", "content": .string(text)]])
  }

  /// What the judge is used for.
  ///
  /// - Parameters:
  ///   - answers: Everything that it is asked about.
  ///   - contextLength: The judge's: a longer question is not asked.
  /// - Returns: The workloads.
  /// - Throws: `JudgeError`, `ConversationError`.
  public func workloads(_ answers: [Answer], contextLength: Int) throws -> [Workload] {
    let lengths = try answers.map { try tokens(about: $0).count }.filter { $0 < contextLength }
    guard marker != nil else { return [.losses(lengths.map { $0 + 1 })] }
    let newTokens = min(Self.tokensBeforeMarker, contextLength)
    return [
      .losses(lengths.map { $0 + 1 + newTokens }),
      .generation(lengths, newTokens: newTokens, batchSize: LocalJudge.batchSize),
    ]
  }
}

/// A judge that is loaded here: its verdict is what it finds likelier to write first.
public struct LocalJudge: Judge {
  private let questions: JudgeQuestions
  private let language: LanguageModel
  private let description: JSONObject
  static let batchSize = 16

  /// Creates a judge.
  ///
  /// - Parameters:
  ///   - questions: How it is asked.
  ///   - language: The model.
  ///   - description: What `scores.json` says of the model.
  public init(_ questions: JudgeQuestions, language: LanguageModel, description: JSONObject) {
    self.questions = questions
    self.language = language
    self.description = description
  }

  /// Who judges, and how.
  public var json: JSONValue {
    var object = JSONObject([.init(key: "kind", value: "local")])
    for member in questions.template.json.members + description.members {
      object[member.key] = member.value
    }
    object["threshold"] = 0.5
    return .object(object)
  }

  /// Judges answers; see `Judge`.
  public func judgements(
    of answers: [Answer], progress: (Int, Int) -> Void
  ) throws -> [Judgement] {
    let asked = try answers.map { try questions.tokens(about: $0) }
    let short = asked.indices.filter { asked[$0].count < language.configuration.contextLength }
    var results = Array(
      repeating: Judgement(.unscored, raw: "longer than the judge's context"), count: asked.count)
    let opened = try openings(of: short.map { asked[$0] })
    let ready = zip(short, opened).filter { $0.1.isReady }
    for (index, opening) in zip(short, opened) where !opening.isReady {
      results[index] = Judgement(.unscored, raw: opening.text)
    }
    let tokens = questions.tokens.positive + questions.tokens.negative
    let next = try language.nextTokens(
      after: ready.map { asked[$0.0] + $0.1.tokens }, of: tokens
    ) { progress($0 + asked.count - ready.count, asked.count) }
    for ((index, opening), token) in zip(ready, next) {
      results[index] = judgement(token, behind: opening.text)
    }
    return results
  }

  /// What the judge writes before its verdict.
  private struct Opening {
    var tokens: [TokenID] = []
    var text = ""
    var isReady = true
  }

  /// Lets the judge write up to the marker, where the template has one.
  private func openings(of asked: [[TokenID]]) throws -> [Opening] {
    guard let marker = questions.marker else { return asked.map { _ in Opening() } }
    let tokenizer = questions.encoder.tokenizer
    let written = try language.generate(
      prompts: asked, maxNewTokens: JudgeQuestions.tokensBeforeMarker,
      stopTokens: questions.encoder.stopTokens, batchSize: Self.batchSize)
    return zip(asked, written).map { asked, tokens in
      let end = tokens.indices.first {
        tokenizer.decode(Array(tokens[...$0]), skipSpecialTokens: true).hasSuffix(marker)
      }
      let used = end.map { Array(tokens[...$0]) } ?? tokens
      let fits = asked.count + used.count < language.configuration.contextLength
      return Opening(
        tokens: used, text: tokenizer.decode(used, skipSpecialTokens: true),
        isReady: end != nil && fits)
    }
  }

  private func judgement(_ next: NextToken, behind opening: String) -> Judgement {
    let (positive, negative) = (
      next.logProbabilities.prefix(questions.tokens.positive.count),
      next.logProbabilities.dropFirst(questions.tokens.positive.count)
    )
    let probabilities = Judgement.Probabilities(
      logPositive: logSum(Array(positive)), logNegative: logSum(Array(negative)))
    let raw =
      opening
      + questions.encoder.tokenizer.decode([next.mostLikely], skipSpecialTokens: false)
    return Judgement(
      probabilities.normalized >= 0.5 ? .positive : .negative, probabilities: probabilities,
      raw: raw)
  }
}
