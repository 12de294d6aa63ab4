import Tokens

extension Example {
  /// The example of a list that is closest in length: least sum of the differences in tokens and in answer
  /// tokens, the first of those that are equally close.
  ///
  /// - Parameter candidates: The list.
  /// - Returns: One of them, called after both; nil when there are none.
  func nearest(of candidates: [Example]) -> Example? {
    func distance(_ other: Example) -> Int {
      abs(other.tokens.count - tokens.count) + abs(other.answerTokenCount - answerTokenCount)
    }
    guard let nearest = candidates.min(by: { distance($0) < distance($1) }) else { return nil }
    return Example(
      id: "\(id)/\(GradientControl.benign.rawValue):\(nearest.id)", tokens: nearest.tokens,
      answerMask: nearest.answerMask, targets: nearest.targets)
  }
}
