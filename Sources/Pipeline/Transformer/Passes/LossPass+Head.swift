import LinearAlgebra
import Tokens

/// The end of the pass: logits and losses of the rows that predict answer tokens, and their gradient.
extension LossPass {
  /// The scored rows of all examples, a bounded number at a time.
  func headPass(
    gradient: inout Matrix, observer: (any GradientObserver)?
  ) throws -> [Double] {
    var losses = Array(repeating: 0.0, count: terms.count)
    let scored = scoredRows
    let step = LanguageModelHead.rowsAtOnce(vocabularySize: configuration.vocabularySize)
    for start in stride(from: 0, to: scored.count, by: step) {
      let part = Array(scored[start..<min(start + step, scored.count)])
      let partLosses = try headPass(part, gradient: &gradient, observer: observer)
      for (row, loss) in zip(part, partLosses) { losses[row.term] += loss * row.share }
    }
    guard losses.allSatisfy(\.isFinite) else {
      throw ModelError.nonFinite(what: "the loss", layer: nil)
    }
    return losses
  }

  private func headPass(
    _ rows: [ScoredRow], gradient: inout Matrix, observer: (any GradientObserver)?
  ) throws -> [Double] {
    let head = LanguageModelHead(model)
    let input = hidden.gatheringRows(rows.map(\.row))
    let normed = finalNorm(input)
    var logits = Matrix(uninitializedRows: rows.count, columns: configuration.vocabularySize)
    try head.forward(normed, into: &logits)
    let targets = rows.map(\.target)
    let losses = head.losses(logits, targets: targets)
    guard let observer else { return losses }
    head.differentiate(&logits, targets: targets, weights: rows.map { $0.weight * $0.share })
    if observer.wantsAllParameters { observer.observe(headFrom: logits, hidden: normed) }
    var normedGradient = Matrix(uninitializedRows: rows.count, columns: input.columns)
    try head.backward(logits, into: &normedGradient)
    finalNormBackward(normedGradient, input, rows.map(\.row), into: &gradient, observer)
    return losses
  }

  private func finalNormBackward(
    _ outputGradient: borrowing Matrix, _ input: borrowing Matrix, _ rows: [Int],
    into gradient: inout Matrix, _ observer: any GradientObserver
  ) {
    let epsilon = configuration.normEpsilon
    var inputGradient = Matrix(uninitializedRows: input.rows, columns: input.columns)
    RMSNorm.backward(
      outputGradient, input: input, weight: model.outer.finalNorm, epsilon: epsilon,
      into: &inputGradient, adding: false)
    for (index, row) in rows.enumerated() { gradient.setRow(row, to: inputGradient.row(index)) }
    guard observer.wantsAllParameters else { return }
    var weightGradient = Matrix(rows: 1, columns: input.columns)
    RMSNorm.accumulateWeightGradient(
      outputGradient, input: input, epsilon: epsilon, into: &weightGradient)
    observer.observe(layer: nil, norm: .final, gradient: weightGradient)
  }

  private func finalNorm(_ input: borrowing Matrix) -> Matrix {
    var normed = Matrix(uninitializedRows: input.rows, columns: input.columns)
    RMSNorm.forward(
      input, weight: model.outer.finalNorm, epsilon: configuration.normEpsilon, into: &normed)
    return normed
  }

  private var scoredRows: [ScoredRow] {
    terms.indices.flatMap { index in
      let (term, start) = (terms[index], packed.ranges[index].lowerBound)
      let places = term.example.answerPlaces
      // Row t predicts token t + 1.
      return places.enumerated().map { order, place in
        ScoredRow(
          term: index, row: start + place - 1,
          target: term.reference.map { .distribution($0, row: order) }
            ?? .token(term.example.targets[place]),
          weight: term.weight, share: 1 / Double(places.count))
      }
    }
  }

  /// Logits of every row, for comparison with other software.
  func allLogits() throws -> Matrix {
    try forward(savesLayers: false)
    var logits = Matrix(uninitializedRows: hidden.rows, columns: configuration.vocabularySize)
    try LanguageModelHead(model).forward(finalNorm(hidden), into: &logits)
    return logits
  }

  /// What the head reads at the answer tokens of one term's example, once all layers have run.
  func answerStates(ofTerm index: Int) -> Matrix {
    let start = packed.ranges[index].lowerBound
    return finalNorm(
      hidden.gatheringRows(terms[index].example.answerPlaces.map { start + $0 - 1 }))
  }

  /// What is predicted at the answer tokens of each example.
  func answerDistributions() throws -> [AnswerDistributions] {
    try forward(savesLayers: false)
    let head = LanguageModelHead(model)
    return try terms.indices.map { index in
      let states = answerStates(ofTerm: index)
      var logits = Matrix(uninitializedRows: states.rows, columns: configuration.vocabularySize)
      try head.forward(states, into: &logits)
      if let place = logits.firstNonFinite {
        throw ModelError.nonFinite(what: "logit \(place.column)", layer: nil)
      }
      head.logProbabilities(&logits)
      return AnswerDistributions(logits)
    }
  }
}

/// A row of the packed batch whose logits are scored.
private struct ScoredRow {
  let term: Int
  let row: Int
  let target: PredictionTarget
  /// The term's factor.
  let weight: Double
  /// One over the number of the example's scored rows.
  let share: Double
}
