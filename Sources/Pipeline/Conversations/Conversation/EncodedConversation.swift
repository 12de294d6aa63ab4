import Tokenization
import Tokens

/// A conversation as a template writes it and a model reads it.
///
/// What is trained on is an `Example` of its tokens and marks.
public struct EncodedConversation: Sendable, Equatable {
  /// The rendered text.
  public let text: String
  /// The ids of its tokens.
  public let tokens: [TokenID]
  /// For each token, whether it carries loss: whether any of its characters belongs to the answer.
  public let answerMask: [Bool]

  /// Creates an encoded conversation.
  ///
  /// - Parameters:
  ///   - text: The rendered text.
  ///   - tokens: The ids of its tokens.
  ///   - answerMask: For each token, whether it carries loss.
  public init(text: String, tokens: [TokenID], answerMask: [Bool]) {
    self.text = text
    self.tokens = tokens
    self.answerMask = answerMask
  }
}

/// Which bytes of a text each of its tokens stands for.
///
/// Tokenizers may leave white space out of the range of a token that begins with it, or that is
/// nothing else. What is between two tokens belongs to the later one.
struct TokenCoverage {
  private let ranges: [Range<Int>]

  init(_ tokens: [Token]) {
    var ranges: [Range<Int>] = []
    var end = 0
    var nextStart = [Int](repeating: tokens.last?.utf8Range.upperBound ?? 0, count: tokens.count)
    for index in tokens.indices.dropLast().reversed() {
      let next = tokens[index + 1].utf8Range
      nextStart[index] = next.isEmpty ? nextStart[index + 1] : next.lowerBound
    }
    for (index, token) in tokens.enumerated() {
      let range = token.utf8Range
      let upper = range.isEmpty ? max(end, nextStart[index]) : range.upperBound
      ranges.append(min(range.isEmpty ? end : range.lowerBound, end)..<max(end, upper))
      end = max(end, upper)
    }
    self.ranges = ranges
  }

  /// For each token, whether it shares a byte with one of the given parts of the text.
  func mask(of parts: [Range<Int>]) -> [Bool] {
    ranges.map { range in parts.contains { $0.overlaps(range) } }
  }
}
