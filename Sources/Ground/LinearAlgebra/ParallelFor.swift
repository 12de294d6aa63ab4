import Synchronization

/// Calls `body` once with each index below `count`, on several threads, and returns when all calls
/// have.
///
/// Indices are handed out one at a time, in order, to whichever thread is free, so pieces of
/// unequal size balance themselves. Which thread runs an index is not defined: results are the
/// same from run to run when each call writes only what belongs to its own index, as a block that it
/// takes of `DisjointBlocks`. With one thread or one index, and inside another such loop, everything runs
/// in order on the caller's thread.
///
/// - Parameters:
///   - count: Number of calls.
///   - threads: Upper bound on the number of calls that run at the same time.
///   - body: Called from several threads at once.
public func parallelFor(
  _ count: Int, threads: Int = ComputeThreads.count, _ body: @Sendable (Int) -> Void
) {
  guard min(threads, count) > 1 else {
    for index in 0..<max(count, 0) { body(index) }
    return
  }
  // Very long loops are handed out in pieces.
  let piece = (count - 1) / (WorkerPool.callLimit - 1) + 1
  WorkerPool.shared.run((count - 1) / piece + 1, helpers: min(threads, count) - 1) { index in
    for index in (index * piece)..<min((index + 1) * piece, count) { body(index) }
  }
}

/// The results of `body` for each index below `count`, computed on several threads as by `parallelFor`.
///
/// All calls are made; of several that fail the first by index counts, so that the error does not depend on
/// the threads.
///
/// - Parameters:
///   - count: Number of calls.
///   - threads: Upper bound on the number of calls that run at the same time.
///   - body: Called from several threads at once.
/// - Returns: One result a call, in the order of the indices.
/// - Throws: What `body` throws.
public func parallelMap<Element: Sendable, Failure: Error>(
  _ count: Int, threads: Int = ComputeThreads.count,
  _ body: @Sendable (Int) throws(Failure) -> Element
) throws(Failure) -> [Element] {
  let outcomes = Mutex<[Int: Result<Element, Failure>]>([:])
  parallelFor(count, threads: threads) { index in
    let outcome = Result { () throws(Failure) in try body(index) }
    outcomes.withLock { $0[index] = outcome }
  }
  let found = outcomes.withLock { $0 }
  var elements: [Element] = []
  for index in 0..<max(count, 0) {
    guard let outcome = found[index] else { continue }
    elements.append(try outcome.get())
  }
  return elements
}

extension MatrixBlock {
  /// Calls `body` once with each block where some rows and some columns meet, on several threads.
  ///
  /// - Parameters:
  ///   - rows: Ascending, without overlap.
  ///   - columns: The same; nil for all.
  ///   - threads: Upper bound on the number of calls that run at the same time.
  ///   - body: Receives the block's index, along the columns, then along the rows, and the block.
  public mutating func forEachBlock(
    rows: [Range<Int>], columns: [Range<Int>]? = nil, threads: Int = ComputeThreads.count,
    _ body: @Sendable (Int, inout MatrixBlock) -> Void
  ) {
    withDisjointBlocks(rows: rows, columns: columns ?? [0..<self.columns]) { blocks in
      parallelFor(blocks.count, threads: threads) { index in
        var block = blocks.take(index)
        body(index, &block)
      }
    }
  }
}

extension Matrix {
  /// `MatrixBlock.withDisjointBlocks` of the whole matrix.
  public mutating func withDisjointBlocks<Result: ~Copyable, Failure: Error>(
    rows: [Range<Int>], columns: [Range<Int>]? = nil,
    _ body: (borrowing DisjointBlocks) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let columns = columns ?? [0..<self.columns]
    var whole = mutableBlock(wholeBlock)
    return try whole.withDisjointBlocks(rows: rows, columns: columns, body)
  }

  /// `MatrixBlock.forEachBlock` of the whole matrix.
  public mutating func forEachBlock(
    rows: [Range<Int>], columns: [Range<Int>]? = nil, threads: Int = ComputeThreads.count,
    _ body: @Sendable (Int, inout MatrixBlock) -> Void
  ) {
    var whole = mutableBlock(wholeBlock)
    whole.forEachBlock(rows: rows, columns: columns, threads: threads, body)
  }
}
