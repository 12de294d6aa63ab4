import Glibc
import LinearAlgebra
import Tokens

/// What a model's head reads wherever an example carries loss: the normed last state of each answer token.
///
/// With the head it gives the distributions over the vocabulary again, exactly, and takes hidden size /
/// vocabulary size of their memory: what a model predicts can be kept after the model itself is gone.
public final class AnswerStates: Sendable {
  let states: Matrix  // [answer tokens × d]

  init(_ states: consuming Matrix) { self.states = states }

  /// Number of answer tokens.
  public var count: Int { states.rows }

  /// Bytes that the states of some answer tokens take.
  ///
  /// - Parameters:
  ///   - configuration: The model's.
  ///   - answerTokens: Their number.
  /// - Returns: The bytes.
  public static func byteCount(
    _ configuration: ModelConfiguration, answerTokens: Int
  ) -> Double {
    4 * Double(configuration.hiddenSize) * Double(answerTokens)
  }
}

/// The head of a model that is kept when the rest of the model is no longer needed.
public final class DetachedHead {
  let head: LanguageModelHead
  /// Bytes that it takes for as long as it is kept.
  public let byteCount: Double

  /// Keeps the head of a model.
  ///
  /// - Parameter model: The model, which may go.
  public init(of model: LanguageModel) {
    head = LanguageModelHead(model)
    byteCount =
      4
      * TokenTable.floatCount(
        model.configuration, isResident: model.plan.weights == .resident)
  }

  /// Bytes that comparing distributions takes beside a pass of the model: logits of the rows that are taken
  /// at once.
  ///
  /// - Parameters:
  ///   - configuration: The model's.
  ///   - answerTokens: Of the longest answer.
  /// - Returns: The bytes.
  public static func comparisonByteCount(
    _ configuration: ModelConfiguration, answerTokens: Int
  ) -> Double {
    let vocabulary = configuration.vocabularySize
    let rows = min(LanguageModelHead.rowsAtOnce(vocabularySize: vocabulary), answerTokens)
    return 4 * Double(rows) * Double(vocabulary)
  }
}

extension LanguageModel {
  /// What the head reads at each answer token of some examples.
  ///
  /// - Parameters:
  ///   - examples: In as many passes as the plan has.
  ///   - didPass: Called after each pass with the number of examples that are done.
  /// - Returns: The states of each example.
  /// - Throws: `ModelError` for unsuitable tokens and where something is not finite.
  public func answerStates(
    _ examples: [Example], didPass: (Int) -> Void = { _ in }
  ) throws -> [AnswerStates] {
    var results: [AnswerStates] = []
    for pass in plan.passes(over: examples.map(\.tokens.count)) {
      results += try LossPass(self, Array(examples[pass])).answerStates()
      didPass(results.count)
    }
    return results
  }

  /// How far what the model predicts at each answer token is from what a reference predicted there:
  /// `KL(reference || model) = sum over v of p (log p - log q)`, in nats, over the whole vocabulary.
  ///
  /// Exponentials, logarithms and sums are in float64; the logits are float32. Of a model with itself it is 0.
  ///
  /// - Parameters:
  ///   - examples: In as many passes as the plan has.
  ///   - states: What the reference's head reads at the answer tokens of each example.
  ///   - reference: The reference's head, of a vocabulary of the same size.
  ///   - didPass: Called after each pass with the number of examples that are done.
  /// - Returns: One divergence an answer token, for each example.
  /// - Throws: `ModelError` for unsuitable tokens and where something is not finite.
  public func divergences(
    on examples: [Example], from states: [AnswerStates], of reference: DetachedHead,
    didPass: (Int) -> Void = { _ in }
  ) throws -> [[Double]] {
    var results: [[Double]] = []
    for pass in plan.passes(over: examples.map(\.tokens.count)) {
      results += try LossPass(self, Array(examples[pass]))
        .divergences(from: Array(states[pass]), of: reference.head)
      didPass(results.count)
    }
    return results
  }
}

extension LossPass {
  /// What the head reads at the answer tokens of each example.
  func answerStates() throws -> [AnswerStates] {
    try forward(savesLayers: false)
    return terms.indices.map { AnswerStates(answerStates(ofTerm: $0)) }
  }

  /// The divergence from a reference at each answer token of each example, in nats.
  func divergences(
    from references: [AnswerStates], of reference: LanguageModelHead
  ) throws -> [[Double]] {
    try forward(savesLayers: false)
    let head = LanguageModelHead(model)
    return try zip(terms.indices, references).map { index, kept in
      try Self.divergences(
        answerStates(ofTerm: index), head, from: kept.states, reference,
        vocabularySize: configuration.vocabularySize)
    }
  }

  private static func divergences(
    _ states: borrowing Matrix, _ head: LanguageModelHead, from references: borrowing Matrix,
    _ reference: LanguageModelHead, vocabularySize: Int
  ) throws -> [Double] {
    var results: [Double] = []
    let step = LanguageModelHead.rowsAtOnce(vocabularySize: vocabularySize)
    for start in stride(from: 0, to: states.rows, by: step) {
      let rows = Array(start..<min(start + step, states.rows))
      var logits = Matrix(uninitializedRows: rows.count, columns: vocabularySize)
      var expected = Matrix(uninitializedRows: rows.count, columns: vocabularySize)
      try head.forward(states.gatheringRows(rows), into: &logits)
      try reference.forward(references.gatheringRows(rows), into: &expected)
      results += LanguageModelHead.divergences(of: logits, from: expected)
    }
    guard results.allSatisfy(\.isFinite) else {
      throw ModelError.nonFinite(what: "the divergence from the reference", layer: nil)
    }
    return results
  }
}

extension LanguageModelHead {
  /// KL(softmax(expected) || softmax(logits)) of each row.
  fileprivate static func divergences(
    of logits: borrowing Matrix, from expected: borrowing Matrix
  ) -> [Double] {
    var result = Matrix(uninitializedRows: logits.rows, columns: 2)
    // Two floats carry one double to fourteen digits: value and remainder.
    result.forEachRow(costPerElement: 2 * Double(logits.columns)) { index, out in
      let value = divergence(of: logits.row(index), from: expected.row(index))
      out[0] = Float(value)
      out[1] = Float(value - Double(Float(value)))
    }
    return (0..<logits.rows).map { Double(result[$0, 0]) + Double(result[$0, 1]) }
  }

  /// With weights e = exp(x - max x): `sum e (x - z) / sum e - logsumexp(x) + logsumexp(z)`.
  private static func divergence(of logits: Span<Float>, from expected: Span<Float>) -> Double {
    let (largest, shift) = (Double(largest(logits)), Double(largest(expected)))
    guard largest.isFinite, shift.isFinite else { return .nan }
    var (sum, expectedSum, difference) = (0.0, 0.0, 0.0)
    for index in logits.indices {
      let (z, x) = (Double(logits[index]), Double(expected[index]))
      let weight = exp(x - shift)
      sum += exp(z - largest)
      expectedSum += weight
      difference += weight * (x - z)
    }
    let value = difference / expectedSum - (shift + log(expectedSum)) + (largest + log(sum))
    // It is not negative but by rounding; NaN stays what it is.
    return value < 0 ? 0 : value
  }
}
