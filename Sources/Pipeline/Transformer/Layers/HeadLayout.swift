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

  /// Columns of each query head.
  var queryHeads: [Range<Int>] { (0..<headCount).map(queries) }

  func queries(_ head: Int) -> Range<Int> {
    (head * dimension)..<((head + 1) * dimension)
  }

  /// Columns of the query heads that share a key/value head.
  func queriesOfGroup(_ keyValueHead: Int) -> Range<Int> {
    let width = groupSize * dimension
    return (keyValueHead * width)..<((keyValueHead + 1) * width)
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
