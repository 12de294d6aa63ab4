import CommandSupport
import Conversations
import Evaluation
import OrderedJSON
import Tokens
import Transformer

/// The choices of a file's questions as a model reads them.
struct EncodedChoices {
  let set: ChoiceSet
  private let context: ChoiceScore.Context
  /// For each question, one example a choice: what stands before it, and the choice, which carries loss.
  private let examples: [[Example]]

  /// Encodes questions.
  ///
  /// - Parameters:
  ///   - set: The questions.
  ///   - context: What stands before a choice.
  ///   - system: A system turn before the question, where it is asked through the template.
  ///   - encoder: Tokenizer and template.
  ///   - contextLength: Tokens that the model reads at most.
  /// - Throws: `EvaluationError.unsuitablePrompt`.
  init(
    _ set: ChoiceSet, _ context: ChoiceScore.Context, system: String?,
    _ encoder: ConversationEncoder, contextLength: Int
  ) throws(EvaluationError) {
    self.set = set
    self.context = context
    let before: [JSONValue] =
      system.map { [["role": "system", "content": .string($0)]] } ?? []
    examples = try set.questions.map { question throws(EvaluationError) in
      func unsuitable(_ reason: String) -> EvaluationError {
        .unsuitablePrompt(set: set.name, id: question.id, reason: reason)
      }
      return try question.choices.map { choice throws(EvaluationError) in
        let (asked, answer): ([TokenID], [TokenID])
        do throws(ConversationError) {
          switch context {
          case .question:
            (asked, answer) = try encoder.encode(question.question, continuation: " " + choice)
          case .chat:
            let turn: JSONValue = ["role": "user", "content": .string(question.question)]
            let text = try encoder.render(before + [turn], addGenerationPrompt: true)
            (asked, answer) = try encoder.encode(text, continuation: choice)
          }
        } catch { throw unsuitable("\(error)") }
        guard !asked.isEmpty, !answer.isEmpty else {
          throw unsuitable("the choice '\(choice)' has no tokens of its own behind the question")
        }
        guard asked.count + answer.count <= contextLength else {
          throw unsuitable(
            "\(asked.count + answer.count) tokens with a choice, but the model reads at most "
              + "\(contextLength)")
        }
        return Example(
          id: question.id, tokens: asked + answer,
          answerMask: asked.map { _ in false } + answer.map { _ in true })
      }
    }
  }

  /// Tokens of each question with each choice.
  var lengths: [Int] { examples.joined().map(\.tokens.count) }

  /// What a model makes of the questions, with progress.
  ///
  /// - Parameters:
  ///   - language: The model.
  ///   - run: Quiet or not.
  /// - Returns: The results in the order of the questions, and their score.
  /// - Throws: `ModelError`, `EvaluationError`.
  func score(
    _ language: LanguageModel, _ run: RunOptions
  ) throws -> (results: [ChoiceResult], score: ChoiceScore) {
    let all = Array(examples.joined())
    let progress = Progress(set.name, total: all.count, unit: "choices", quiet: run.quiet)
    defer { progress.finish() }
    var losses: [Double] = []
    for pass in language.plan.passes(over: lengths) {
      losses += try language.losses(Array(all[pass]))
      progress.advance(by: pass.count)
    }
    var rest = losses[...]
    let results = zip(set.questions, examples).map { question, examples in
      let counts = examples.map(\.answerTokenCount)
      let own = rest.prefix(examples.count)
      rest = rest.dropFirst(examples.count)
      return ChoiceResult(
        question, logLikelihoods: zip(own, counts).map { -$0 * Double($1) }, tokenCounts: counts)
    }
    return (
      results,
      try ChoiceScore(name: set.name, sha256: set.sha256, context: context, results)
    )
  }
}
