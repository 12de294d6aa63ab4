import Glibc
import LinearAlgebra
import Tokens

/// The head: logits `Z = cap(H Eᵀ)` and the cross-entropy of the tokens that carry loss.
///
/// Only rows that predict an answer token reach it, a bounded number at a time, so that memory does
/// not grow with tokens × vocabulary; E is taken in parts, so that it need not be in memory.
struct LanguageModelHead {
  let table: TokenTable
  let softCap: Float?

  init(_ model: LanguageModel) {
    table = model.outer.head
    softCap = model.configuration.logitSoftCap
  }

  /// Rows whose logits are held at the same time: 64 MiB of them.
  static func rowsAtOnce(vocabularySize: Int) -> Int { max(1, (1 << 24) / vocabularySize) }

  /// Floats that a loss holds at the head for so many scored rows: logits, the head's inputs before and
  /// after the norm, and the gradients of both.
  static func floats(_ configuration: ModelConfiguration, rows: Int) -> Double {
    let vocabularySize = configuration.vocabularySize
    let held = min(rows, rowsAtOnce(vocabularySize: vocabularySize))
    return Double(held) * (Double(vocabularySize) + 4 * Double(configuration.hiddenSize))
  }

  /// Overwrites `logits` [rows × vocabulary] from `hidden` [rows × d].
  func forward(_ hidden: borrowing Matrix, into logits: inout Matrix) throws {
    try table.readAhead().forward(hidden, into: &logits)
    guard let softCap else { return }
    logits.forEachRow(costPerElement: 1) { _, row in
      update(&row) { softCap * Lanes.tanh($0 / softCap) }
    }
  }

  /// Overwrites `hiddenGradient` [rows × d] with `dZ E`.
  func backward(_ logitGradient: borrowing Matrix, into hiddenGradient: inout Matrix) throws {
    try table.readAhead().backward(logitGradient, into: &hiddenGradient)
  }

  /// Turns logits into the logarithms of probabilities, `z - logsumexp(z)`, in place.
  func logProbabilities(_ logits: inout Matrix) {
    logits.forEachRow(costPerElement: 1) { _, row in
      let total = Float(Self.logSumOfExponentials(row.span))
      update(&row) { $0 - total }
    }
  }

  /// What each row lacks of its target, in nats, summed in float64: for a token
  /// `logsumexp(z) - z[target]`, for a distribution p the divergence `sum over v of p (log p - log q)`.
  func losses(_ logits: borrowing Matrix, targets: [PredictionTarget]) -> [Double] {
    var result = Matrix(uninitializedRows: targets.count, columns: 2)
    // Two floats carry one double to sixteen digits: value and remainder.
    result.forEachRow(costPerElement: Double(logits.columns)) { index, out in
      let loss = Self.loss(logits.row(index), target: targets[index])
      out[0] = Float(loss)
      out[1] = Float(loss - Double(Float(loss)))
    }
    return targets.indices.map { Double(result[$0, 0]) + Double(result[$0, 1]) }
  }

  /// Turns logits into the gradient of `sum over rows of weight · loss`, in place:
  /// `dz = weight (softmax(z) - p)`, p being one at a target token or the target distribution, times the
  /// cap's slope `1 - (z / c)²`.
  func differentiate(
    _ logits: inout Matrix, targets: [PredictionTarget], weights: [Double]
  ) {
    let (range, softCap) = (0..<logits.columns, softCap)
    logits.forEachRow(costPerElement: 2) { index, row in
      let capped = softCap.map { _ in Array(copying: row.span) }
      row.softmax(over: range)
      switch targets[index] {
      case .token(let token): row[Int(token)] -= 1
      case .distribution(let reference, let place):
        Self.subtract(reference.logProbabilities, row: place, from: &row)
      }
      let weight = Float(weights[index])
      update(&row) { $0 * weight }
      if let softCap, let capped {
        update(&row, with: capped.span) { d, z in d * (1 - (z / softCap) * (z / softCap)) }
      }
    }
  }

  private static func loss(_ row: Span<Float>, target: PredictionTarget) -> Double {
    let total = logSumOfExponentials(row)
    guard total.isFinite else { return .nan }
    switch target {
    case .token(let token): return total - Double(row[Int(token)])
    case .distribution(let reference, let place):
      return divergence(from: reference.logProbabilities, row: place, row, total)
    }
  }

  /// KL(p || q) with log q = z - `total`.
  private static func divergence(
    from logProbabilities: borrowing Matrix, row place: Int, _ row: Span<Float>, _ total: Double
  ) -> Double {
    let reference = logProbabilities.row(place)
    var sum = 0.0
    for index in reference.indices {
      let logProbability = Double(reference[index])
      sum += exp(logProbability) * (logProbability - (Double(row[index]) - total))
    }
    return sum
  }

  /// Subtracts the probabilities of a row from another.
  private static func subtract(
    _ logProbabilities: borrowing Matrix, row place: Int, from row: inout MutableSpan<Float>
  ) {
    update(&row, with: logProbabilities.row(place)) { $0 - Lanes.exp($1) }
  }

  /// `log(sum of exp(z))`; NaN or infinite where z is.
  private static func logSumOfExponentials(_ row: Span<Float>) -> Double {
    let largest = largest(row)
    if !largest.isFinite { return .nan }
    return log(sumOfPowers(row, shift: largest)) + Double(largest)
  }
}

extension Array where Element == Float {
  /// The elements of a span.
  fileprivate init(copying span: Span<Float>) {
    self = span.indices.map { span[$0] }
  }
}
