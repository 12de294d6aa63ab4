import Glibc
import LinearAlgebra
import Synchronization
import Testing

@Test(arguments: [0, 1, 2, 7, 1000], [1, 2, 3, 16])
func everyIndexRunsExactlyOnce(count: Int, threads: Int) {
  let calls = Mutex([Int](repeating: 0, count: count))
  parallelFor(count, threads: threads) { index in calls.withLock { $0[index] += 1 } }
  #expect(calls.withLock { $0 } == [Int](repeating: 1, count: count))
}

@Test func aLoopInsideALoopRunsToo() {
  let calls = Mutex([Int](repeating: 0, count: 12))
  parallelFor(4, threads: 3) { outer in
    parallelFor(3, threads: 3) { inner in calls.withLock { $0[3 * outer + inner] += 1 } }
  }
  #expect(calls.withLock { $0 } == [Int](repeating: 1, count: 12))
}

/// Loops follow one another faster than threads fall asleep, and slower.
@Test func noCallIsLostBetweenLoops() {
  let total = Atomic(0)
  for loop in 0..<20_000 {
    parallelFor(loop % 7, threads: 4) { _ in total.add(1, ordering: .relaxed) }
    if loop % 5000 == 0 { usleep(20_000) }
  }
  #expect(total.load(ordering: .relaxed) == (0..<20_000).reduce(0) { $0 + $1 % 7 })
}

/// Products are divided among the threads; what comes out does not depend on it beyond rounding.
@Test(arguments: [(64, 576, 1536), (1536, 576, 64), (3, 1000, 1001), (200, 200, 200)])
func productsAreTheSameOnSeveralThreads(m: Int, k: Int, n: Int) {
  func filled(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      elements: (0..<(rows * columns)).map { Float($0 * 7919 % 1009) / 1009 - 0.5 })
  }
  for (transposeA, transposeB) in [
    (Transposition.none, Transposition.none), (.transposed, .none), (.none, .transposed),
  ] {
    let a = transposeA == .none ? filled(m, k) : filled(k, m)
    let b = transposeB == .none ? filled(k, n) : filled(n, k)
    func product(threads: Int) -> [Float] {
      ComputeThreads.$count.withValue(threads) {
        var result = Matrix(rows: m, columns: n)
        result.multiply(a, transposeA, by: b, transposeB)
        return result.elements
      }
    }
    let one = product(threads: 1)
    let several = product(threads: 3)
    // k products below 1/4, each rounded at 2^-26 at most, summed in two orders.
    let bound = Float(k) * 0x1p-24
    #expect(zip(one, several).allSatisfy { abs($0 - $1) <= bound })
    #expect(one.contains { abs($0) > 100 * bound })
  }
}

@Test func oneThreadRunsInOrder() {
  let order = Mutex<[Int]>([])
  parallelFor(5, threads: 1) { index in order.withLock { $0.append(index) } }
  #expect(order.withLock { $0 } == [0, 1, 2, 3, 4])
}

/// Threads of the pool have no task of their own: they are told what the caller's says.
@Test func everyThreadKnowsTheCount() {
  let seen = Mutex<[Int: Set<UInt>]>([:])
  ComputeThreads.$count.withValue(3) {
    for _ in 0..<200 {
      parallelFor(30) { _ in
        let thread = UInt(pthread_self())
        usleep(10)
        seen.withLock { _ = $0[ComputeThreads.count, default: []].insert(thread) }
      }
    }
  }
  #expect(seen.withLock { $0.keys.sorted() } == [3])
  #expect(seen.withLock { $0[3]?.count ?? 0 } > 1)
  #expect(ComputeThreads.count == 1)
}
