import LinearAlgebra

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

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
    forEachTask(ranges.count * layout.headCount) { task in
      let range = ranges[task / layout.headCount]
      let head = task % layout.headCount
      let group = head / layout.groupSize
      for block in blocks(of: range) {
        let scores = probabilities(queryKeyValue, head: head, block: block)
        output.multiply(
          scores, scores.wholeBlock, by: queryKeyValue,
          Block(rows: block.keys, columns: layout.values(group)),
          into: Block(rows: block.queries, columns: layout.queries(head)))
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
  func backward(
    _ outputGradient: borrowing Matrix, queryKeyValue: borrowing Matrix, ranges: [Range<Int>],
    into gradient: inout Matrix
  ) {
    let heads = ranges.flatMap { range in
      (0..<layout.headCount).map { KeyValueGradient(head: $0, of: range, layout.dimension) }
    }
    forEachTask(heads.count) { task in
      for block in blocks(of: heads[task].range) {
        backward(heads[task], block: block, outputGradient, queryKeyValue, &gradient)
      }
    }
    // Heads of a group share keys and values: what they find is added up in their order.
    forEachTask(heads.count / layout.groupSize) { group in
      let members = heads[(group * layout.groupSize)..<((group + 1) * layout.groupSize)]
      collect(members, into: &gradient)
    }
  }

  private func backward(
    _ shared: KeyValueGradient, block: AttentionBlock, _ outputGradient: borrowing Matrix,
    _ queryKeyValue: borrowing Matrix, _ gradient: inout Matrix
  ) {
    let group = shared.head / layout.groupSize
    let queries = Block(rows: block.queries, columns: layout.queries(shared.head))
    let keys = Block(rows: block.keys, columns: layout.keys(group))
    let values = Block(rows: block.keys, columns: layout.values(group))
    let slopes = capSlopes(queryKeyValue, queries: queries, keys: keys)
    let scores = probabilities(queryKeyValue, head: shared.head, block: block)
    let whole = scores.wholeBlock
    let own = shared.block(of: block.keys)
    shared.values.multiply(
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
    gradient.multiply(
      scoreGradient, whole, by: queryKeyValue, keys, into: queries, alpha: scale, beta: 0)
    shared.keys.multiply(
      scoreGradient, whole, .transposed, by: queryKeyValue, queries, into: own, alpha: scale,
      beta: 1)
  }

  /// Overwrites the gradients of the keys and values of a group with the sums over its heads.
  private func collect(_ heads: ArraySlice<KeyValueGradient>, into gradient: inout Matrix) {
    guard let first = heads.first else { return }
    for other in heads.dropFirst() {
      first.keys.add(other.keys)
      first.values.add(other.values)
    }
    let group = first.head / layout.groupSize
    gradient.setRows(first.range, from: layout.keys(group).lowerBound, to: first.keys)
    gradient.setRows(first.range, from: layout.values(group).lowerBound, to: first.values)
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

  /// Runs independent tasks on all threads.
  private func forEachTask(_ count: Int, _ body: (Int) -> Void) {
    parallelFor(count, threads: ComputeThreads.count, body)
  }
}

extension Matrix {
  /// Overwrites some rows, from a column on, with those of another matrix.
  fileprivate mutating func setRows(
    _ range: Range<Int>, from column: Int, to other: borrowing Matrix
  ) {
    for (index, row) in range.enumerated() { setRow(row, from: column, to: other.row(index)) }
  }
}

/// What one query head of a sequence adds to the gradients of its keys and values.
private final class KeyValueGradient {
  let head: Int
  /// The sequence's rows.
  let range: Range<Int>
  /// [rows × dimension].
  var keys: Matrix
  /// [rows × dimension].
  var values: Matrix

  init(head: Int, of range: Range<Int>, _ dimension: Int) {
    self.head = head
    self.range = range
    keys = Matrix(rows: range.count, columns: dimension)
    values = Matrix(rows: range.count, columns: dimension)
  }

  /// Rows of the pass as rows of the sequence.
  func block(of rows: Range<Int>) -> Block {
    let first = range.lowerBound
    return Block(
      rows: (rows.lowerBound - first)..<(rows.upperBound - first), columns: 0..<keys.columns)
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
