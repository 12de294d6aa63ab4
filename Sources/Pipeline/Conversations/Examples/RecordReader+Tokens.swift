import OrderedJSON

extension RecordReader {
  /// Marks a position without loss, as in Hugging Face's datasets.
  static let ignoredLabel = -100

  /// Masks, 1 where a token carries loss, by the names that trainers use.
  static let lossMasks = [
    "loss_mask", "completion_mask", "assistant_masks", "assistant_mask", "assistant_tokens_mask",
  ]

  /// Members that are about tokens.
  static let tokenKeys: Set<String> = Set(
    lossMasks + ["input_ids", "labels", "attention_mask", "position_ids", "token_type_ids"])

  /// The tokens and their labels, without padding.
  ///
  /// `attention_mask` is 0 at padding, which is dropped at both ends. `labels` may be left out where
  /// a mask says which tokens carry loss.
  ///
  /// - Throws: `labelCount`, `maskValue` or `unsupported`.
  func tokens() throws(ExampleError) -> (tokens: [Int], labels: [Int]) {
    let tokens = try integers("input_ids")
    var labels = has("labels") ? try integers("labels") : tokens
    guard labels.count == tokens.count else {
      throw error(.labelCount(labels: labels.count, tokens: tokens.count))
    }
    for key in Self.lossMasks where has(key) {
      let mask = try mask(key, count: tokens.count)
      labels = zip(labels, mask).map { $1 ? $0 : Self.ignoredLabel }
    }
    let real = try unpadded(tokens.count)
    for (index, label) in labels.enumerated()
    where !real.contains(index) && label != Self.ignoredLabel {
      throw error(.unsupported(key: "labels[\(index)]", reason: "attention_mask is 0 there"))
    }
    try checkPositions(real, count: tokens.count)
    if has("token_type_ids") {
      let types = try numbers("token_type_ids", count: tokens.count)
      if let index = real.first(where: { types[$0] != 0 }) {
        throw error(
          .unsupported(key: "token_type_ids[\(index)]", reason: "the model knows no token types"))
      }
    }
    return (Array(tokens[real]), Array(labels[real]))
  }

  /// The positions that are no padding: one stretch.
  private func unpadded(_ count: Int) throws(ExampleError) -> Range<Int> {
    guard has("attention_mask") else { return 0..<count }
    let mask = try mask("attention_mask", count: count)
    guard let first = mask.firstIndex(of: true), let last = mask.lastIndex(of: true) else {
      return 0..<0
    }
    if let hole = mask[first...last].firstIndex(of: false) {
      throw error(
        .unsupported(
          key: "attention_mask[\(hole)]", reason: "it is 0 between tokens that are read"))
    }
    return first..<(last + 1)
  }

  /// Positions count from 0 where the padding ends; no other are read.
  private func checkPositions(_ real: Range<Int>, count: Int) throws(ExampleError) {
    guard has("position_ids") else { return }
    let positions = try numbers("position_ids", count: count)
    if let index = real.first(where: { positions[$0] != $0 - real.lowerBound }) {
      throw error(
        .unsupported(
          key: "position_ids[\(index)]",
          reason: "it is \(positions[index]), and positions count from 0"))
    }
  }

  /// One integer a token.
  private func numbers(_ key: String, count: Int) throws(ExampleError) -> [Int] {
    let numbers = try integers(key)
    guard numbers.count == count else {
      throw error(.memberCount(key: key, found: numbers.count, tokens: count))
    }
    return numbers
  }

  /// One 0 or 1, false or true, a token.
  private func mask(_ key: String, count: Int) throws(ExampleError) -> [Bool] {
    let value = object[key] ?? .null
    guard let elements = value.arrayValue else { throw wrongType(key, "an array", value) }
    guard elements.count == count else {
      throw error(.memberCount(key: key, found: elements.count, tokens: count))
    }
    var mask: [Bool] = []
    for (index, element) in elements.enumerated() {
      switch element {
      case .bool(let flag): mask.append(flag)
      case .integer(0), .integer(1): mask.append(element.integerValue == 1)
      default: throw error(.maskValue(key: key, index: index, value: element.text()))
      }
    }
    return mask
  }
}
