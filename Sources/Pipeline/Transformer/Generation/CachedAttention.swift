import LinearAlgebra

extension Attention {
  /// Attention of the new rows of several sequences over their caches, which already hold the new
  /// rows' own keys and values.
  ///
  /// - Parameters:
  ///   - queryKeyValue: Fused, rotated activations of the new rows.
  ///   - ranges: New rows of each sequence.
  ///   - caches: Each sequence's cache; `count` does not include the new rows yet.
  ///   - layer: Layer, from 0.
  ///   - output: The heads' outputs, [new rows × heads · dimension]; overwritten.
  func forward(
    _ queryKeyValue: borrowing Matrix, ranges: [Range<Int>], caches: [KeyValueCache], layer: Int,
    into output: inout Matrix
  ) {
    let groups = (0..<layout.keyValueHeadCount).map(layout.queriesOfGroup)
    let stored = caches.map { $0.layers[layer] }
    let counts = caches.map(\.count)
    output.forEachBlock(rows: ranges, columns: groups) { task, output in
      let (sequence, group) = (task / groups.count, task % groups.count)
      let cache = stored[sequence].takeHead(group)
      forward(
        queryKeyValue, rows: ranges[sequence], group: group, start: counts[sequence],
        keys: cache.keys, values: cache.values, into: &output)
      stored[sequence].putBack(cache, group)
    }
  }

  /// One group of heads of one sequence: its queries are gathered so that the heads that share
  /// keys and values are rows of one product.
  private func forward(
    _ queryKeyValue: borrowing Matrix, rows: Range<Int>, group: Int, start: Int,
    keys: borrowing Matrix, values: borrowing Matrix, into output: inout MatrixBlock
  ) {
    let blockRows = max(1, Self.blockRows / layout.groupSize)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: blockRows) {
      let block = first..<min(first + blockRows, rows.upperBound)
      let lastKey = start + block.upperBound - rows.lowerBound
      let firstKey = window.map { max(0, lastKey - block.count - $0 + 1) } ?? 0
      let seen = Block(rows: firstKey..<lastKey, columns: 0..<layout.dimension)
      let queries = gatherQueries(queryKeyValue, rows: block, group: group)
      var scores = Matrix(uninitializedRows: queries.rows, columns: seen.rows.count)
      let whole = scores.wholeBlock
      scores.multiply(
        queries, queries.wholeBlock, by: keys, seen, .transposed, into: whole, alpha: scale)
      normalize(&scores, block: AttentionBlock(queries: block, keys: seen.rows))
      var attended = Matrix(uninitializedRows: queries.rows, columns: layout.dimension)
      let target = attended.wholeBlock
      attended.multiply(scores, whole, by: values, seen, into: target)
      scatter(attended, from: first - rows.lowerBound, into: &output)
    }
  }

  /// Softmax where rows cycle through the heads of the group: row = token · group size + head.
  private func normalize(_ scores: inout Matrix, block: AttentionBlock) {
    for index in 0..<scores.rows {
      normalizeRow(&scores, index, query: index / layout.groupSize, block: block)
    }
  }

  private func gatherQueries(
    _ queryKeyValue: borrowing Matrix, rows: Range<Int>, group: Int
  ) -> Matrix {
    var queries = Matrix(
      uninitializedRows: rows.count * layout.groupSize, columns: layout.dimension)
    for index in 0..<queries.rows {
      let head = group * layout.groupSize + index % layout.groupSize
      let source = queryKeyValue.row(rows.lowerBound + index / layout.groupSize)
      queries.setRow(index, to: source.extracting(layout.queries(head)))
    }
    return queries
  }

  /// The inverse for the outputs, from a row of the sequence on.
  private func scatter(
    _ attended: borrowing Matrix, from first: Int, into output: inout MatrixBlock
  ) {
    for index in 0..<attended.rows {
      output.setRow(
        first + index / layout.groupSize, from: index % layout.groupSize * layout.dimension,
        to: attended.row(index))
    }
  }
}
