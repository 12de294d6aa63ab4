import Conversations
import OrderedJSON
import Statistics

/// What a model makes of a question with choices.
public struct ChoiceResult: Sendable {
  /// The question.
  public let question: ChoiceQuestion
  /// The natural logarithm of the probability of each choice after the question, the sum over its tokens.
  public let logLikelihoods: [Double]
  /// Tokens of each choice.
  public let tokenCounts: [Int]

  /// Creates a result.
  ///
  /// - Parameters:
  ///   - question: The question.
  ///   - logLikelihoods: Of each choice.
  ///   - tokenCounts: Of each choice.
  public init(_ question: ChoiceQuestion, logLikelihoods: [Double], tokenCounts: [Int]) {
    self.question = question
    self.logLikelihoods = logLikelihoods
    self.tokenCounts = tokenCounts
  }

  /// The most likely choice; of equals the first.
  public var chosen: Int { Self.indexOfLargest(logLikelihoods) }

  /// The most likely choice a character, code points counted; of equals the first.
  public var chosenByLength: Int {
    Self.indexOfLargest(
      zip(logLikelihoods, question.choices).map { $0 / Double($1.unicodeScalars.count) })
  }

  private static func indexOfLargest(_ values: [Double]) -> Int {
    values.indices.reduce(0) { values[$1] > values[$0] ? $1 : $0 }
  }

  /// One line of `choices.jsonl`.
  ///
  /// - Parameter set: The name of the file's questions in the scores.
  /// - Returns: An object in a fixed order of keys.
  public func json(in set: String) -> JSONValue {
    [
      "set": .string(set), "id": .string(question.id), "question": .string(question.question),
      "choices": .array(question.choices.map { .string($0) }), "answer": .integer(question.answer),
      "log_likelihoods": .array(logLikelihoods.map { .number($0) }),
      "tokens": .array(tokenCounts.map { .integer($0) }), "chosen": .integer(chosen),
      "chosen_norm": .integer(chosenByLength), "correct": .bool(chosen == question.answer),
      "correct_norm": .bool(chosenByLength == question.answer),
    ]
  }
}

/// The accuracy on questions with choices, as lm-evaluation-harness has it for `multiple_choice`.
///
/// `acc` is the share of questions whose right choice has the largest log-likelihood, `acc_norm` the share whose
/// right choice has the largest log-likelihood / characters of the choice (code points, the space before it not
/// counted). Of equal ones the first is chosen. The standard error is that of the mean of zeros and ones,
/// √(p (1 - p) / (n - 1)); the interval is Wilson's.
///
/// Source: lm-evaluation-harness 0.4.13, `lm_eval/api/task.py` (`process_results`) and `metrics.py` (`mean_stderr`).
public struct ChoiceScore: Sendable {
  /// What stands before a choice.
  public enum Context: String, Sendable {
    /// The question as it is, and a space.
    case question
    /// The question as a user turn of the chat template, and the start of the answer.
    case chat
  }

  /// A share of right choices.
  public struct Accuracy: Sendable {
    /// The share.
    public let share: Double
    /// The standard error of it; nil for a single question.
    public let standardError: Double?
    /// Wilson's interval.
    public let interval: WilsonInterval?

    init(_ outcomes: [Bool]) {
      let right = outcomes.count { $0 }
      share = Double(right) / Double(outcomes.count)
      standardError = standardErrorOfMean(outcomes.map { $0 ? 1 : 0 })
      interval = WilsonInterval(successes: right, trials: outcomes.count)
    }
  }

  /// The name in the scores.
  public let name: String
  /// Hex SHA-256 of the file.
  public let sha256: String
  /// What stands before a choice.
  public let context: Context
  /// Questions.
  public let count: Int
  /// By total log-likelihood.
  public let accuracy: Accuracy
  /// By log-likelihood a character.
  public let normalized: Accuracy

  /// Scores questions.
  ///
  /// - Parameters:
  ///   - name: The name in the scores.
  ///   - sha256: Hex SHA-256 of the file.
  ///   - context: What stands before a choice.
  ///   - results: One a question.
  /// - Throws: `EvaluationError.nothingToScore`.
  public init(
    name: String, sha256: String, context: Context, _ results: [ChoiceResult]
  ) throws(EvaluationError) {
    guard !results.isEmpty else { throw .nothingToScore(set: name) }
    self.name = name
    self.sha256 = sha256
    self.context = context
    count = results.count
    accuracy = Accuracy(results.map { $0.chosen == $0.question.answer })
    normalized = Accuracy(results.map { $0.chosenByLength == $0.question.answer })
  }

  /// This file's part of `scores.json`.
  public var json: JSONValue {
    [
      "name": .string(name), "sha256": .string(sha256), "context": .string(context.rawValue),
      "count": .integer(count), "acc": .number(accuracy.share),
      "acc_stderr": JSONValue(accuracy.standardError), "acc_interval": JSONValue(accuracy.interval),
      "acc_norm": .number(normalized.share),
      "acc_norm_stderr": JSONValue(normalized.standardError),
      "acc_norm_interval": JSONValue(normalized.interval),
    ]
  }
}
