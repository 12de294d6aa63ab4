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
    let groups = layout.keyValueHeadCount
    parallelFor(ranges.count * groups, threads: ComputeThreads.count) { task in
      let (sequence, group) = (task / groups, task % groups)
      let cache = caches[sequence].layers[layer]
      forward(
        queryKeyValue, rows: ranges[sequence], group: group, start: caches[sequence].count,
        keys: cache.keys, values: cache.values, into: &output)
    }
  }

  /// One group of heads of one sequence: its queries are gathered so that the heads that share
  /// keys and values are rows of one product.
  private func forward(
    _ queryKeyValue: borrowing Matrix, rows: Range<Int>, group: Int, start: Int,
    keys: borrowing Matrix, values: borrowing Matrix, into output: inout Matrix
  ) {
    let columns = (group * layout.dimension)..<((group + 1) * layout.dimension)
    let blockRows = max(1, Self.blockRows / layout.groupSize)
    for first in stride(from: rows.lowerBound, to: rows.upperBound, by: blockRows) {
      let block = first..<min(first + blockRows, rows.upperBound)
      let lastKey = start + block.upperBound - rows.lowerBound
      let firstKey = window.map { max(0, lastKey - block.count - $0 + 1) } ?? 0
      let seen = Block(rows: firstKey..<lastKey, columns: columns)
      let queries = gatherQueries(queryKeyValue, rows: block, group: group)
      var scores = Matrix(uninitializedRows: queries.rows, columns: seen.rows.count)
      let whole = scores.wholeBlock
      scores.multiply(
        queries, queries.wholeBlock, by: keys, seen, .transposed, into: whole, alpha: scale)
      normalize(&scores, block: AttentionBlock(queries: block, keys: seen.rows))
      var attended = Matrix(uninitializedRows: queries.rows, columns: layout.dimension)
      let target = attended.wholeBlock
      attended.multiply(scores, whole, by: values, seen, into: target)
      scatter(attended, rows: block, group: group, into: &output)
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

  private func scatter(
    _ attended: borrowing Matrix, rows: Range<Int>, group: Int, into output: inout Matrix
  ) {
    for index in 0..<attended.rows {
      let head = group * layout.groupSize + index % layout.groupSize
      let row = rows.lowerBound + index / layout.groupSize
      output.setRow(row, from: layout.queries(head).lowerBound, to: attended.row(index))
    }
  }
}
