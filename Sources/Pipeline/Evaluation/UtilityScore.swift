import Glibc
import OrderedJSON
import Statistics

/// How well a model still predicts good answers.
///
/// The mean negative log-likelihood is over all answer tokens, Σ lossᵢ Aᵢ / Σ Aᵢ where lossᵢ is the
/// mean over the Aᵢ answer tokens of example i, in nats, and the perplexity is its exponential. The
/// interval is the 2.5 % to 97.5 % range of the same ratio over resampled examples.
public struct UtilityScore: Sendable {
  /// The loss of one example.
  public struct Example: Sendable, Equatable {
    /// Unique in its set.
    public let id: String
    /// Mean negative log-likelihood over the answer tokens.
    public let loss: Double
    /// Answer tokens.
    public let answerTokenCount: Int

    /// Creates an example.
    public init(id: String, loss: Double, answerTokenCount: Int) {
      self.id = id
      self.loss = loss
      self.answerTokenCount = answerTokenCount
    }
  }

  /// The name in the scores.
  public let name: String
  /// Hex SHA-256 of the file.
  public let sha256: String
  /// The losses.
  public let examples: [Example]
  /// Examples.
  public let count: Int
  /// Answer tokens of all examples.
  public let answerTokenCount: Int
  /// Mean negative log-likelihood over answer tokens.
  public let meanNLL: Double
  /// Mean of the examples' losses, each example weighing the same.
  public let meanExampleLoss: Double
  /// 95 % bootstrap interval of `meanNLL`; of one example it is that value alone.
  public let interval: ClosedRange<Double>

  /// exp(meanNLL).
  public var perplexity: Double { exp(meanNLL) }

  /// Scores examples.
  ///
  /// - Parameters:
  ///   - name: The name in the scores.
  ///   - sha256: Hex SHA-256 of the file.
  ///   - examples: The losses.
  ///   - seed: Of the resampling.
  /// - Throws: `EvaluationError.nothingToScore` or `.nonFiniteLoss`.
  public init(
    name: String, sha256: String, examples: [Example], seed: UInt64
  ) throws(EvaluationError) {
    if let example = examples.first(where: { !$0.loss.isFinite }) {
      throw .nonFiniteLoss(set: name, id: example.id)
    }
    let tokens = examples.reduce(0) { $0 + $1.answerTokenCount }
    guard tokens > 0 else { throw .nothingToScore(set: name) }
    self.name = name
    self.sha256 = sha256
    self.examples = examples
    count = examples.count
    answerTokenCount = tokens
    meanNLL = Self.meanNLL(examples)
    meanExampleLoss = examples.reduce(0) { $0 + $1.loss } / Double(examples.count)
    interval = Self.bootstrapInterval(examples, seed: seed) ?? meanNLL...meanNLL
  }

  /// This set's part of `scores.json`.
  public var json: JSONValue {
    [
      "name": .string(name), "sha256": .string(sha256), "count": .integer(count),
      "answer_tokens": .integer(answerTokenCount), "mean_nll": .number(meanNLL),
      "interval": [.number(interval.lowerBound), .number(interval.upperBound)],
      "perplexity": .number(perplexity), "mean_example_loss": .number(meanExampleLoss),
    ]
  }

  /// The lines of `utility.jsonl`: the loss of each example.
  public var lines: String {
    examples.map { example in
      let line: JSONValue = [
        "set": .string(name), "id": .string(example.id), "loss": .number(example.loss),
        "answer_tokens": .integer(example.answerTokenCount),
      ]
      return line.text() + "\n"
    }.joined()
  }

  static func meanNLL(_ examples: [Example]) -> Double {
    let tokens = examples.reduce(0) { $0 + $1.answerTokenCount }
    return examples.reduce(0) { $0 + $1.loss * Double($1.answerTokenCount) } / Double(tokens)
  }

  private static func bootstrapInterval(_ examples: [Example], seed: UInt64) -> ClosedRange<Double>?
  {
    Bootstrap.interval(
      ofRatio: examples.map {
        ($0.loss * Double($0.answerTokenCount), Double($0.answerTokenCount))
      }, seed: seed)
  }
}
