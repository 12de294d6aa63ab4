import Tokens

extension Example {
  /// The example of a list that is closest in length.
  ///
  /// That is the one with the least sum of the differences in tokens and in answer tokens, the first of
  /// those that are equally close. The example itself does not count.
  ///
  /// - Parameter candidates: The list.
  /// - Returns: One of them, called after both; nil when there are none.
  func nearest(of candidates: [Example]) -> Example? {
    func distance(_ other: Example) -> Int {
      abs(other.tokens.count - tokens.count) + abs(other.answerTokenCount - answerTokenCount)
    }
    let others = candidates.filter { $0.tokens != tokens }
    guard let nearest = others.min(by: { distance($0) < distance($1) }) else { return nil }
    return Example(
      id: "\(id)/\(GradientControl.benign.rawValue):\(nearest.id)", tokens: nearest.tokens,
      answerMask: nearest.answerMask, targets: nearest.targets)
  }
}
