import Dispatch
import Synchronization

/// Calls `body` once with each index below `count`, on several threads, and returns when all calls
/// have.
///
/// Indices are handed out one at a time, in order, to whichever thread is free, so pieces of
/// unequal size balance themselves. Which thread runs an index is not defined: results are the
/// same from run to run when each call writes only what belongs to its own index. With one thread
/// or one index everything runs in order on the caller's thread.
///
/// - Parameters:
///   - count: Number of calls.
///   - threads: Upper bound on the number of calls that run at the same time.
///   - body: Called from several threads at once; must not touch what another index writes.
public func parallelFor(_ count: Int, threads: Int, _ body: (Int) -> Void) {
  let workers = min(threads, count)
  guard workers > 1 else {
    for index in 0..<max(count, 0) { body(index) }
    return
  }
  let next = Atomic(0)
  withoutActuallyEscaping(body) { body in
    // The calls end before concurrentPerform returns; that they do not race is the caller's
    // promise, as for any data-parallel loop.
    nonisolated(unsafe) let shared = body
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let index = next.add(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        unsafe shared(index)
      }
    }
  }
}
