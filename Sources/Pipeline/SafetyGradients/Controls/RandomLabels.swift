import RandomNumbers
import Tokens

extension Example {
  /// The example with other tokens to predict.
  ///
  /// At each place of the answer it is one of the vocabulary's others, all as likely. What the model reads
  /// stays.
  ///
  /// - Parameters:
  ///   - id: Name of the new example.
  ///   - vocabularySize: Number of tokens that the model knows.
  ///   - draws: Decides the tokens.
  /// - Returns: An example of the same counts.
  /// - Throws: `ControlError.impossible` when there is no other token.
  func withRandomLabels(
    as id: String, vocabularySize: Int, _ draws: inout SplitMix64
  ) throws(ControlError) -> Example {
    guard vocabularySize > 1 else {
      throw .impossible(.randomLabels, example: self.id, reason: "the vocabulary has one token")
    }
    var labels = targets
    for place in answerPlaces {
      let other = draws.index(below: vocabularySize - 1)
      labels[place] = TokenID(other < Int(targets[place]) ? other : other + 1)
    }
    return Example(id: id, tokens: tokens, answerMask: answerMask, targets: labels)
  }
}
