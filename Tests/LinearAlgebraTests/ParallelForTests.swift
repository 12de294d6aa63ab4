import LinearAlgebra
import Synchronization
import Testing

@Test(arguments: [0, 1, 2, 7, 1000], [1, 2, 3, 16])
func everyIndexRunsExactlyOnce(count: Int, threads: Int) {
  let calls = Mutex([Int](repeating: 0, count: count))
  parallelFor(count, threads: threads) { index in calls.withLock { $0[index] += 1 } }
  #expect(calls.withLock { $0 } == [Int](repeating: 1, count: count))
}

@Test func oneThreadRunsInOrder() {
  var order: [Int] = []
  parallelFor(5, threads: 1) { order.append($0) }
  #expect(order == [0, 1, 2, 3, 4])
}
