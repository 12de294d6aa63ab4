import HDF5

/// What a file says about an example as a whole.
public struct GradientExample: Sendable, Equatable {
  /// Its name.
  public var id: String
  /// Tokens it has.
  public var tokenCount: Int
  /// Tokens that carry loss.
  public var answerTokenCount: Int
  /// Mean negative log-likelihood of those.
  public var loss: Double
  /// Which example it is or belongs to; nil in a file without controls.
  public var origin: GradientOrigin?

  /// Creates an example.
  ///
  /// - Parameters:
  ///   - id: Its name.
  ///   - tokenCount: Tokens it has.
  ///   - answerTokenCount: Tokens that carry loss.
  ///   - loss: Mean negative log-likelihood of those.
  ///   - origin: Which example it is or belongs to, in a file with controls.
  public init(
    id: String, tokenCount: Int, answerTokenCount: Int, loss: Double,
    origin: GradientOrigin? = nil
  ) {
    self.id = id
    self.tokenCount = tokenCount
    self.answerTokenCount = answerTokenCount
    self.loss = loss
    self.origin = origin
  }
}

extension GradientExample {
  /// Names of the columns that describe some examples.
  ///
  /// - Parameter examples: The examples.
  /// - Returns: Those of controls only where there are any.
  package static func columns(of examples: [GradientExample]) -> [String] {
    ["token_count", "answer_token_count", "loss"]
      + (examples.kinds.isEmpty ? [] : GradientOrigin.columns)
  }

  /// Writes the dimension scale `/example` and the coordinates along it.
  ///
  /// - Parameters:
  ///   - examples: The examples.
  ///   - root: Root group of a new file.
  /// - Throws: `HDF5Error.callFailed`.
  package static func write(_ examples: [GradientExample], to root: borrowing Group)
    throws(HDF5Error)
  {
    let scale = try root.writeScale(examples.map(\.id), as: "example")
    try root.write(examples.map { Int32(clamping: $0.tokenCount) }, as: "token_count", along: scale)
    try root.write(
      examples.map { Int32(clamping: $0.answerTokenCount) }, as: "answer_token_count", along: scale)
    try root.write(examples.map(\.loss), as: "loss", along: scale)
    let origins = examples.compactMap(\.origin)
    precondition(origins.isEmpty || origins.count == examples.count, "an example without a kind")
    if !origins.isEmpty { try GradientOrigin.write(origins, to: root, along: scale) }
  }

  /// Reads what `write` writes.
  ///
  /// - Parameter root: Root group.
  /// - Returns: The rows of the tables.
  /// - Throws: `HDF5Error`, also for negative counts.
  package static func read(from root: StoredGroup) throws(HDF5Error) -> [GradientExample] {
    let ids = try root.dataset("example").readText()
    let tokenCounts = try root.countColumn("token_count", count: ids.count)
    let answerTokenCounts = try root.countColumn("answer_token_count", count: ids.count)
    let losses = try root.dataset("loss")
    try losses.require(shape: [ids.count], "[examples]")
    let loss = try losses.read(as: Double.self)
    let origins = try GradientOrigin.read(from: root, count: ids.count)
    return ids.indices.map {
      GradientExample(
        id: ids[$0], tokenCount: tokenCounts[$0], answerTokenCount: answerTokenCounts[$0],
        loss: loss[$0], origin: origins?[$0])
    }
  }
}
