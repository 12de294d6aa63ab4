import Tokens

/// Several token sequences laid end to end, so that every matrix product runs over all of them.
///
/// Nothing is padded: attention stays inside a sequence, everything else works row by row.
public struct PackedSequences: Sendable {
  /// The tokens of all sequences.
  public let tokens: [TokenID]
  /// Rows of each sequence in the packed matrices.
  public let ranges: [Range<Int>]

  /// Packs sequences in the order given.
  ///
  /// - Parameter sequences: Token ids.
  public init(_ sequences: [[TokenID]]) {
    var ranges: [Range<Int>] = []
    var start = 0
    for sequence in sequences {
      ranges.append(start..<(start + sequence.count))
      start += sequence.count
    }
    tokens = sequences.flatMap { $0 }
    self.ranges = ranges
  }

  /// Number of tokens in all sequences, T.
  public var tokenCount: Int { tokens.count }

  /// Length of the longest sequence.
  public var longest: Int { ranges.map(\.count).max() ?? 0 }
}
