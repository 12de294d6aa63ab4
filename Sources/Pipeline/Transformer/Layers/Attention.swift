import LinearAlgebra

/// Causal attention of query rows over key and value rows, head by head:
/// `O = softmax(cap(scale · Q Kᵀ)) V`, where a row sees itself and what comes before it, or only
/// `window` rows.
///
/// Queries are taken in blocks of rows, so the scores need `blockRows` × keys floats a thread and
/// the half that causality forbids is not computed.
struct Attention {
  let layout: HeadLayout
  let scale: Float
  let softCap: Float?
  let window: Int?

  static let blockRows = 128

  /// Floats that each thread holds at most: scores, their gradients and slopes, of a block of queries
  /// that see so many keys.
  static func floatsPerThread(keys: Int) -> Double { 3 * Double(blockRows) * Double(keys) }

  init(_ configuration: ModelConfiguration, layer: Int) {
    layout = HeadLayout(configuration)
    scale = configuration.attentionScale
    softCap = configuration.attentionSoftCap
    window = configuration.layers[layer].slidingWindow
  }

  /// Overwrites `output` [tokens × heads · dimension] from the fused, rotated activations.
  ///
  /// - Parameters:
  ///   - queryKeyValue: [tokens × (heads + 2 key/value heads) · dimension].
  ///   - ranges: Rows of each sequence.
  ///   - output: The heads' outputs side by side.
  func forward(
    _ queryKeyValue: borrowing Matrix, ranges: [Range<Int>], into output: inout Matrix
  ) {
    output.forEachBlock(rows: ranges, columns: layout.queryHeads) { task, output in
      let range = ranges[task / layout.headCount]
      let head = task % layout.headCount
      let group = head / layout.groupSize
      for block in blocks(of: range) {
        let scores = probabilities(queryKeyValue, head: head, block: block)
        output.multiply(
          scores, scores.wholeBlock, by: queryKeyValue,
          Block(rows: block.keys, columns: layout.values(group)),
          into: output.rows(block.queries, from: range.lowerBound))
      }
    }
  }

  /// Overwrites the gradients of q, k and v, all rotated, given that of the outputs.
  ///
  /// With P the probabilities: `dV = Pᵀ dO`, `dP = dO Vᵀ`, `dS = P ∘ (dP - rowsum(P ∘ dP))`, times
  /// the soft cap's slope, `dQ = scale · dS K`, `dK = scale · dSᵀ Q`. P is computed anew: for the
  /// lengths of examples that is cheaper than keeping it. Every head works on its own.
  ///
  /// - Parameters:
  ///   - outputGradient: dO, [tokens × heads · dimension].
  ///   - queryKeyValue: The forward pass's activations.
  ///   - ranges: Rows of each sequence.
  ///   - gradient: Of the fused activations; overwritten.
  ///   - keysByHead: Working space, [tokens × heads · dimension].
  ///   - valuesByHead: The same.
  func backward(
    _ outputGradient: borrowing Matrix, queryKeyValue: borrowing Matrix, ranges: [Range<Int>],
    into gradient: inout Matrix, _ keysByHead: inout Matrix, _ valuesByHead: inout Matrix
  ) {
    keysByHead.setZero()
    valuesByHead.setZero()
    let heads = layout.queryHeads
    gradient.withDisjointBlocks(rows: ranges, columns: heads) { queryBlocks in
      keysByHead.withDisjointBlocks(rows: ranges, columns: heads) { keyBlocks in
        valuesByHead.withDisjointBlocks(rows: ranges, columns: heads) { valueBlocks in
          parallelFor(queryBlocks.count) { task in
            let range = ranges[task / layout.headCount]
            var queries = queryBlocks.take(task)
            var keys = keyBlocks.take(task)
            var values = valueBlocks.take(task)
            for block in blocks(of: range) {
              backward(
                outputGradient, queryKeyValue, head: task % layout.headCount, range, block,
                &queries, &keys, &values)
            }
          }
        }
      }
    }
    collect(keysByHead, ranges, into: &gradient, layout.keys)
    collect(valuesByHead, ranges, into: &gradient, layout.values)
  }

  /// Overwrites the gradient of a block's queries and adds to those of the keys and values of its
  /// sequence, all of one head.
  private func backward(
    _ outputGradient: borrowing Matrix, _ queryKeyValue: borrowing Matrix, head: Int,
    _ sequence: Range<Int>, _ block: AttentionBlock, _ queryGradient: inout MatrixBlock,
    _ keyGradient: inout MatrixBlock, _ valueGradient: inout MatrixBlock
  ) {
    let group = head / layout.groupSize
    let queries = Block(rows: block.queries, columns: layout.queries(head))
    let keys = Block(rows: block.keys, columns: layout.keys(group))
    let values = Block(rows: block.keys, columns: layout.values(group))
    let slopes = capSlopes(queryKeyValue, queries: queries, keys: keys)
    let scores = probabilities(queryKeyValue, head: head, block: block)
    let whole = scores.wholeBlock
    let own = keyGradient.rows(block.keys, from: sequence.lowerBound)
    valueGradient.multiply(
      scores, whole, .transposed, by: outputGradient, queries, into: own, beta: 1)
    var scoreGradient = Matrix(
      uninitializedRows: block.queries.count, columns: block.keys.count)
    scoreGradient.multiply(
      outputGradient, queries, by: queryKeyValue, values, .transposed, into: whole)
    for index in 0..<scores.rows {
      var row = scoreGradient.mutableRow(index)
      let p = scores.row(index)
      let mean = Float(sum(p, row.span) { p, d in p * d })
      update(&row, with: p) { d, p in p * (d - mean) }
    }
    if softCap != nil { scoreGradient.multiplyElements(by: slopes) }
    queryGradient.multiply(
      scoreGradient, whole, by: queryKeyValue, keys,
      into: queryGradient.rows(block.queries, from: sequence.lowerBound), alpha: scale)
    keyGradient.multiply(
      scoreGradient, whole, .transposed, by: queryKeyValue, queries, into: own, alpha: scale,
      beta: 1)
  }

  /// Overwrites the gradients of keys, or of values, with the sums over the heads that share them, in
  /// their order.
  private func collect(
    _ byHead: borrowing Matrix, _ ranges: [Range<Int>], into gradient: inout Matrix,
    _ columns: (Int) -> Range<Int>
  ) {
    let groups = (0..<layout.keyValueHeadCount).map(columns)
    gradient.forEachBlock(rows: ranges, columns: groups) { task, target in
      let first = task % groups.count * layout.groupSize
      for (index, token) in ranges[task / groups.count].enumerated() {
        let found = byHead.row(token)
        var row = target.mutableRow(index)
        map(found.extracting(layout.queries(first)), into: &row) { $0 }
        for head in (first + 1)..<(first + layout.groupSize) {
          update(&row, with: found.extracting(layout.queries(head))) { $0 + $1 }
        }
      }
    }
  }

  /// Softmax of the scores of a block, zero where a row may not look.
  private func probabilities(
    _ queryKeyValue: borrowing Matrix, head: Int, block: AttentionBlock
  ) -> Matrix {
    let queries = Block(rows: block.queries, columns: layout.queries(head))
    let keys = Block(rows: block.keys, columns: layout.keys(head / layout.groupSize))
    var scores = Matrix(uninitializedRows: block.queries.count, columns: block.keys.count)
    let whole = scores.wholeBlock
    scores.multiply(
      queryKeyValue, queries, by: queryKeyValue, keys, .transposed, into: whole, alpha: scale)
    normalize(&scores, block: block)
    return scores
  }

  /// Applies the soft cap and the masked softmax to raw scores.
  private func normalize(_ scores: inout Matrix, block: AttentionBlock) {
    for index in 0..<scores.rows { normalizeRow(&scores, index, query: index, block: block) }
  }

  /// Applies the soft cap and the masked softmax to one row, which belongs to a query of a block.
  func normalizeRow(_ scores: inout Matrix, _ index: Int, query: Int, block: AttentionBlock) {
    var row = scores.mutableRow(index)
    if let softCap { update(&row) { softCap * Lanes.tanh($0 / softCap) } }
    row.softmax(over: block.visibleKeys(ofQuery: query, window: window))
  }

  /// `1 - tanh²` of the capped scores, or an empty matrix without a cap.
  private func capSlopes(
    _ queryKeyValue: borrowing Matrix, queries: Block, keys: Block
  ) -> Matrix {
    guard let softCap else { return Matrix(rows: 0, columns: 0) }
    var slopes = Matrix(uninitializedRows: queries.rows.count, columns: keys.rows.count)
    let whole = slopes.wholeBlock
    slopes.multiply(
      queryKeyValue, queries, by: queryKeyValue, keys, .transposed, into: whole, alpha: scale)
    slopes.forEachRow { _, row in
      update(&row) { score in
        let t = Lanes.tanh(score / softCap)
        return 1 - t * t
      }
    }
    return slopes
  }

  private func blocks(of range: Range<Int>) -> [AttentionBlock] {
    stride(from: range.lowerBound, to: range.upperBound, by: Self.blockRows).map { start in
      let queries = start..<min(start + Self.blockRows, range.upperBound)
      let first = window.map { max(range.lowerBound, start - $0 + 1) } ?? range.lowerBound
      return AttentionBlock(queries: queries, keys: first..<queries.upperBound)
    }
  }
}

extension MatrixBlock {
  /// Rows of the pass as rows of this block, which begins with row `first` of the pass.
  fileprivate borrowing func rows(_ range: Range<Int>, from first: Int) -> Block {
    Block(
      rows: (range.lowerBound - first)..<(range.upperBound - first), columns: 0..<columns)
  }
}

/// Some query rows of a sequence and the key rows that any of them may see.
struct AttentionBlock {
  let queries: Range<Int>
  let keys: Range<Int>

  /// Columns of the block's scores that a query row may see; the last key belongs to the last
  /// query.
  func visibleKeys(ofQuery index: Int, window: Int?) -> Range<Int> {
    let own = keys.count - queries.count + index
    let first = window.map { max(0, own - $0 + 1) } ?? 0
    return first..<(own + 1)
  }
}
