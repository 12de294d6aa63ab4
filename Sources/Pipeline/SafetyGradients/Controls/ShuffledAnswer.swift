import RandomNumbers
import Tokens

extension Example {
  /// The example with the tokens of its answer in another order.
  ///
  /// The last one, which ends the turn, is kept last. Tokens and what is to be predicted move together.
  ///
  /// - Parameters:
  ///   - id: Name of the new example.
  ///   - draws: Decides the order.
  /// - Returns: An example of the same counts.
  /// - Throws: `ControlError.impossible` when there is only one order.
  func shufflingAnswer(as id: String, _ draws: inout SplitMix64) throws(ControlError) -> Example {
    let places = Array(answerPlaces.dropLast())
    guard Set(places.map { tokens[$0] }).count > 1 else {
      throw .impossible(
        .shuffledAnswer, example: self.id,
        reason: "its answer has no two different tokens before the last")
    }
    var shuffled = (tokens: tokens, targets: targets)
    // Two tokens are different: half of all orders at most look the same.
    while shuffled.tokens == tokens {
      for (place, from) in zip(places, draws.permutation(places.count)) {
        shuffled.tokens[place] = tokens[places[from]]
        shuffled.targets[place] = targets[places[from]]
      }
    }
    return Example(
      id: id, tokens: shuffled.tokens, answerMask: answerMask, targets: shuffled.targets)
  }
}
