import Dispatch

/// Calls `body` with 0..<count on up to `threads` threads and returns when all calls have.
///
/// - Parameters:
///   - count: Number of calls.
///   - threads: Upper bound on the calls that run at the same time.
///   - body: Called once an index, in no particular order.
public func parallelFor(_ count: Int, threads: Int, _ body: (Int) -> Void) {
  if threads <= 1 || count <= 1 {
    for index in 0..<count { body(index) }
  } else {
    withoutActuallyEscaping(body) { body in
      // The calls end before concurrentPerform returns; that they do not race is the caller's
      // promise, as for any data-parallel loop.
      nonisolated(unsafe) let shared = body
      DispatchQueue.concurrentPerform(iterations: count) { unsafe shared($0) }
    }
  }
}
