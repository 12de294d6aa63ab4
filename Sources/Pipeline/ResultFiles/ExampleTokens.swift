import HDF5

/// The tokens of an example as files of results hold them, for people and charts.
public struct ExampleTokens: Sendable, Equatable {
  /// Identifiers of the vocabulary.  // [T]
  public let ids: [Int32]
  /// Which of them carry loss.  // [T]
  public let answerMask: [Bool]
  /// What each stands for, with NUL as the symbol for it; nil where no tokenizer was at hand.  // [T]
  public let texts: [String]?

  /// Creates a list of tokens.
  ///
  /// - Parameters:
  ///   - ids: Identifiers of the vocabulary.
  ///   - answerMask: Which of them carry loss.
  ///   - texts: What each stands for.
  public init(ids: [Int32], answerMask: [Bool], texts: [String]?) {
    self.ids = ids
    self.answerMask = answerMask
    self.texts = texts
  }

  /// Text that HDF5 can hold: its strings end at NUL, which becomes the symbol U+2400.
  package static func storable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value == 0 ? "\u{2400}" : $0 }))
  }

  /// Writes `id`, `answer_mask` and, where there are any, `text`.
  ///
  /// - Parameter group: Group of a new file.
  /// - Throws: `HDF5Error.callFailed`.
  package func write(to group: borrowing Group) throws(HDF5Error) {
    try group.write(ids, as: "id")
    try group.write(answerMask.map { UInt8($0 ? 1 : 0) }, as: "answer_mask")
    if let texts { try group.write(texts.map(Self.storable), as: "text") }
  }

  /// Reads what `write` writes.
  ///
  /// - Parameters:
  ///   - group: Where.
  ///   - count: Number of tokens that the example has.
  /// - Throws: `HDF5Error`; `unexpectedShape` when these are not as many.
  package init(from group: StoredGroup, count: Int) throws(HDF5Error) {
    let ids = try group.dataset("id")
    let mask = try group.dataset("answer_mask")
    for dataset in [ids, mask] { try dataset.require(shape: [count], "[tokens]") }
    self.ids = try ids.read()
    answerMask = try mask.read(as: UInt8.self).map { $0 != 0 }
    texts = try group.contains("text") ? try group.textColumn("text", count: count) : nil
  }
}
