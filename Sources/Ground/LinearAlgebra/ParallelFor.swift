/// Calls `body` once with each index below `count`, on several threads, and returns when all calls
/// have.
///
/// Indices are handed out one at a time, in order, to whichever thread is free, so pieces of
/// unequal size balance themselves. Which thread runs an index is not defined: results are the
/// same from run to run when each call writes only what belongs to its own index. With one thread
/// or one index, and inside another such loop, everything runs in order on the caller's thread.
///
/// - Parameters:
///   - count: Number of calls.
///   - threads: Upper bound on the number of calls that run at the same time.
///   - body: Called from several threads at once; must not touch what another index writes.
public func parallelFor(_ count: Int, threads: Int, _ body: (Int) -> Void) {
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
