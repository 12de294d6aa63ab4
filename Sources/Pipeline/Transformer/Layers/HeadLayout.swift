import LinearAlgebra

/// Which columns of the fused q, k, v activations belong to which head.
struct HeadLayout {
  let headCount: Int
  let keyValueHeadCount: Int
  let dimension: Int

  init(_ configuration: ModelConfiguration) {
    headCount = configuration.headCount
    keyValueHeadCount = configuration.keyValueHeadCount
    dimension = configuration.headDimension
  }

  /// Query heads that share a key/value head.
  var groupSize: Int { headCount / keyValueHeadCount }
  /// Width of all query heads.
  var queryWidth: Int { headCount * dimension }
  /// Width of all key heads, and of all value heads.
  var keyWidth: Int { keyValueHeadCount * dimension }
  /// Width of the fused activations.
  var width: Int { queryWidth + 2 * keyWidth }

  func queries(_ head: Int) -> Range<Int> {
    (head * dimension)..<((head + 1) * dimension)
  }

  func keys(_ keyValueHead: Int) -> Range<Int> {
    let start = queryWidth + keyValueHead * dimension
    return start..<(start + dimension)
  }

  func values(_ keyValueHead: Int) -> Range<Int> {
    let start = queryWidth + keyWidth + keyValueHead * dimension
    return start..<(start + dimension)
  }
}
