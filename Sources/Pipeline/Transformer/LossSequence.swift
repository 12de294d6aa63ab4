/// A token sequence and the tokens in it that carry loss.
public struct LossSequence: Sendable {
  /// T token ids.
  public let tokens: [Int32]
  /// Rows whose logits are scored: row t predicts token t + 1.
  public let rows: [Int]
  /// The token each of those rows should predict.
  public let targets: [Int32]

  /// Creates a sequence.
  ///
  /// The first token is predicted by nothing and never carries loss.
  ///
  /// - Parameters:
  ///   - tokens: T token ids.
  ///   - targets: T tokens to predict at the same places, mostly the tokens themselves.
  ///   - carriesLoss: T flags.
  /// - Throws: `ModelError.nothingToPredict` when no token but the first carries loss.
  public init(
    tokens: [Int32], targets: [Int32]? = nil, carriesLoss: [Bool]
  ) throws(ModelError) {
    precondition(carriesLoss.count == tokens.count, "one flag a token")
    let places = tokens.indices.dropFirst().filter { carriesLoss[$0] }
    guard !places.isEmpty else { throw .nothingToPredict }
    self.tokens = tokens
    rows = places.map { $0 - 1 }
    self.targets = places.map { (targets ?? tokens)[$0] }
  }

  /// A sequence none of whose tokens carries loss, for its logits.
  init(unscored tokens: [Int32]) {
    self.tokens = tokens
    rows = []
    targets = []
  }
}
