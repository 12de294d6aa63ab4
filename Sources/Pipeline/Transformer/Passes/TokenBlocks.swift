import LinearAlgebra

/// The tokens of a pass in blocks, on which threads work side by side.
///
/// Products with the factors of a low-rank update are too small to be divided themselves. The blocks do
/// not depend on the number of threads, and so neither do sums over them.
public struct TokenBlocks: Sendable {
  /// Number of tokens.
  public let tokenCount: Int

  /// Tokens of a block.
  private static let length = 32

  /// Divides tokens.
  ///
  /// - Parameter tokenCount: Their number.
  public init(of tokenCount: Int) { self.tokenCount = tokenCount }

  /// Number of blocks.
  public var count: Int { (tokenCount + Self.length - 1) / Self.length }

  /// The tokens of a block.
  ///
  /// - Parameter index: Block, from 0.
  public subscript(index: Int) -> Range<Int> {
    (index * Self.length)..<min((index + 1) * Self.length, tokenCount)
  }

  /// All of them.
  var ranges: [Range<Int>] { (0..<count).map { self[$0] } }
}
