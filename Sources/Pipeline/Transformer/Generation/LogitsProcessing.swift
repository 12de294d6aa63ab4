import Glibc
import Tokens

/// Changes the logits of one sequence as its settings say, before the largest is taken.
///
/// The processors, and the order in which they work, are those of transformers'
/// `_get_logits_processor`; they see the prompt and what was generated so far.
struct LogitsProcessing {
  let settings: GenerationSettings
  let stopTokens: Set<TokenID>
  let maxNewTokens: Int

  /// The scores after all processors.
  ///
  /// - Parameters:
  ///   - logits: One a token of the vocabulary.
  ///   - prompt: The tokens of the prompt.
  ///   - generated: The tokens that follow it.
  /// - Returns: The scores of which the largest is to be taken.
  func scores(_ logits: [Float], prompt: [TokenID], generated: [TokenID]) -> [Float] {
    var scores = logits
    let text = prompt + generated
    let promptLength = prompt.count
    addBiases(&scores, settings.sequenceBias, text)
    penalizeRepetition(&scores, of: prompt, by: 1 / settings.encoderRepetitionPenalty)
    penalizeRepetition(&scores, of: text, by: settings.repetitionPenalty)
    forbidRepeats(&scores, of: text, length: settings.noRepeatNgramSize, after: text)
    forbidRepeats(&scores, of: prompt, length: settings.encoderNoRepeatNgramSize, after: text)
    addBiases(&scores, badWords, text)
    let least = settings.minNewTokens.map { $0 + promptLength } ?? settings.minLength
    if text.count < least { forbid(&scores, stopTokens.map { Int($0) }) }
    if let token = settings.forcedBeginning, text.count == 1 { force(&scores, [token]) }
    if !settings.forcedEnd.isEmpty, text.count == promptLength + maxNewTokens - 1 {
      force(&scores, settings.forcedEnd)
    }
    if settings.removesInvalidValues { makeFinite(&scores) }
    penalizeLength(&scores, newTokens: generated.count)
    forbid(&scores, settings.suppressedTokens)
    let beginning = promptLength > 1 || settings.forcedBeginning == nil ? 0 : 1
    if generated.count == beginning { forbid(&scores, settings.tokensSuppressedAtBeginning) }
    return scores
  }

  /// Bad words are biased by minus infinity, except for a stop token alone.
  private var badWords: [GenerationSettings.SequenceBias] {
    settings.badWords
      .filter { $0.count > 1 || !stopTokens.contains(TokenID(truncatingIfNeeded: $0[0])) }
      .map { .init(tokens: $0, bias: -.infinity) }
  }

  // MARK: Processors

  private func addBiases(
    _ scores: inout [Float], _ biases: [GenerationSettings.SequenceBias], _ text: [TokenID]
  ) {
    var sums: [Int: Float] = [:]
    for bias in biases {
      guard let last = bias.tokens.last else { continue }
      let before = bias.tokens.dropLast()
      if before.count <= text.count, zip(text.suffix(before.count), before).allSatisfy({ $0 == $1 })
      {
        sums[last, default: 0] += bias.bias
      }
    }
    for (token, sum) in sums where scores.indices.contains(token) { scores[token] += sum }
  }

  private func penalizeRepetition(_ scores: inout [Float], of text: [TokenID], by penalty: Double) {
    guard penalty != 1 else { return }
    let factor = Float(penalty)
    for token in Set(text) where scores.indices.contains(Int(token)) {
      let score = scores[Int(token)]
      scores[Int(token)] = score < 0 ? score * factor : score / factor
    }
  }

  /// Forbids tokens that would complete a stretch of so many tokens that is in the source.
  private func forbidRepeats(
    _ scores: inout [Float], of source: [TokenID], length: Int, after text: [TokenID]
  ) {
    guard length > 0, text.count >= length - 1, source.count >= length else { return }
    let prefix = text.suffix(length - 1)
    for start in 0...(source.count - length)
    where source[start..<(start + length - 1)].elementsEqual(prefix) {
      forbid(&scores, [Int(source[start + length - 1])])
    }
  }

  private func forbid(_ scores: inout [Float], _ tokens: some Swift.Sequence<Int>) {
    for token in tokens where scores.indices.contains(token) { scores[token] = -.infinity }
  }

  private func force(_ scores: inout [Float], _ tokens: [Int]) {
    for index in scores.indices { scores[index] = -.infinity }
    for token in tokens where scores.indices.contains(token) { scores[token] = 0 }
  }

  private func makeFinite(_ scores: inout [Float]) {
    let largest = Float.greatestFiniteMagnitude
    for index in scores.indices where !scores[index].isFinite {
      scores[index] = scores[index].isNaN ? 0 : scores[index] > 0 ? largest : -largest
    }
  }

  private func penalizeLength(_ scores: inout [Float], newTokens: Int) {
    guard let penalty = settings.lengthPenalty, newTokens > penalty.start else { return }
    let growth = Float(pow(penalty.factor, Double(newTokens - penalty.start)) - 1)
    for token in stopTokens where scores.indices.contains(Int(token)) {
      let score = scores[Int(token)]
      if score.isFinite { scores[Int(token)] = score + score.magnitude * growth }
    }
  }
}
