import COpenBLAS
import Glibc
import Synchronization

/// Threads that share the calls of one loop after another.
///
/// A pass through a model has thousands of loops, microseconds apart. Between two of them the threads
/// stay awake for a moment, then sleep. The caller takes part, and calls that nobody has taken it makes
/// itself, so no loop waits for a thread that has not come: on a busy machine a loop takes longer by
/// the share that is missing, and no more. Whoever waits yields its processor.
///
/// One loop has the pool at a time. A loop inside another, or beside it on another thread, runs on
/// its caller alone.
@safe
final class WorkerPool: Sendable {
  static let shared = WorkerPool()

  /// Calls that one loop can have.
  static let callLimit = 1 << 24

  /// Calls in all, and calls that have been taken: how many and by how many threads beside the
  /// caller, in one word, so that a call is taken by one comparison and exchange.
  private let ticket = Atomic<UInt64>(0)
  private let finishedCalls = Atomic<Int>(0)
  private let isBusy = Atomic<Bool>(false)
  private let sleeperCount = Atomic<Int>(0)
  private let sleep = Condition()
  private let threadCount = Mutex(0)
  /// Set while a loop runs; only who has taken one of its calls may look.
  private nonisolated(unsafe) var loop: Unmanaged<Loop>?

  /// How often a thread looks out for work before it goes to sleep.
  ///
  /// About a millisecond, longer than what lies between two loops of a pass: waking a thread takes
  /// tens of microseconds.
  private static let looksBeforeSleep = 1000

  private final class Loop: Sendable {
    let body: @Sendable (Int) -> Void
    /// What products and loops inside the calls are told, whichever thread they run on.
    let threadCount = ComputeThreads.count

    init(_ body: @escaping @Sendable (Int) -> Void) { self.body = body }
  }

  /// Calls `body` with each index below `count`, on up to `helpers` threads and the caller's.
  func run(_ count: Int, helpers: Int, _ body: @Sendable (Int) -> Void) {
    precondition(count < Self.callLimit, "\(count) calls")
    let hasPool =
      helpers > 0
      && isBusy.compareExchange(
        expected: false, desired: true, ordering: .acquiring
      ).exchanged
    guard hasPool else {
      for index in 0..<count { body(index) }
      return
    }
    defer { isBusy.store(false, ordering: .releasing) }
    let helpers = startThreads(helpers)
    withoutActuallyEscaping(body) { body in
      let job = Loop(body)
      unsafe loop = .passUnretained(job)
      finishedCalls.store(0, ordering: .relaxed)
      ticket.store(
        Ticket(helpers: helpers, count: count, taken: 0).word, ordering: .sequentiallyConsistent)
      if sleeperCount.load(ordering: .sequentiallyConsistent) > 0 { sleep.wakeAll() }
      while let index = takeCall(helper: 0) {
        body(index)
        finishedCalls.add(1, ordering: .releasing)
      }
      var looks = 0
      while finishedCalls.load(ordering: .acquiring) < count { wait(&looks) }
      unsafe loop = nil
      withExtendedLifetime(job) {}
    }
  }

  /// Starts threads until there are so many, or as many as the system lets us have.
  private func startThreads(_ wanted: Int) -> Int {
    let wanted = min(wanted, Ticket.helperLimit)
    return threadCount.withLock { count in
      while count < wanted, startThread(helper: count) { count += 1 }
      return min(count, wanted)
    }
  }

  private func startThread(helper: Int) -> Bool {
    let start = unsafe Unmanaged.passRetained(ThreadStart(pool: self, helper: helper))
    var thread = pthread_t()
    let status = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let start = unsafe Unmanaged<ThreadStart>.fromOpaque(argument).takeRetainedValue()
        start.pool.work(helper: start.helper)
      }, start.toOpaque())
    if status != 0 { unsafe start.release() } else { pthread_detach(thread) }
    return status == 0
  }

  private final class ThreadStart {
    let pool: WorkerPool
    let helper: Int

    init(pool: WorkerPool, helper: Int) {
      self.pool = pool
      self.helper = helper
    }
  }

  private func work(helper: Int) -> Never {
    var looks = 0
    while true {
      if let index = takeCall(helper: helper) {
        makeCall(index)
        looks = 0
      } else if looks < Self.looksBeforeSleep {
        wait(&looks)
      } else {
        waitForWork(helper: helper)
        looks = 0
      }
    }
  }

  /// A short pause; from the second look on the processor is offered to others.
  private func wait(_ looks: inout Int) {
    if looks == 0 { for _ in 0..<16 { pause_processor() } } else { sched_yield() }
    looks += 1
  }

  private func waitForWork(helper: Int) {
    sleeperCount.add(1, ordering: .sequentiallyConsistent)
    sleep.wait { Ticket(word: ticket.load(ordering: .sequentiallyConsistent)).isOpen(to: helper) }
    sleeperCount.subtract(1, ordering: .sequentiallyConsistent)
  }

  private func takeCall(helper: Int) -> Int? {
    var word = ticket.load(ordering: .acquiring)
    while true {
      let seen = Ticket(word: word)
      guard seen.isOpen(to: helper) else { return nil }
      let (exchanged, original) = ticket.weakCompareExchange(
        expected: word, desired: seen.next.word, ordering: .acquiringAndReleasing)
      if exchanged { return seen.taken }
      word = original
    }
  }

  /// Not inlined, so that nothing of the closure is held when the call counts as finished.
  @inline(never)
  private func call(_ index: Int) {
    unsafe loop?._withUnsafeGuaranteedRef { loop in
      ComputeThreads.$count.withValue(loop.threadCount) { loop.body(index) }
    }
  }

  private func makeCall(_ index: Int) {
    call(index)
    finishedCalls.add(1, ordering: .releasing)
  }
}

/// What is left to do of a loop, in one word.
private struct Ticket {
  static let helperLimit = 1 << 15

  /// Threads that may help.
  let helpers: Int
  /// Calls in all.
  let count: Int
  /// Calls that have been taken.
  let taken: Int

  init(helpers: Int, count: Int, taken: Int) {
    self.helpers = helpers
    self.count = count
    self.taken = taken
  }

  init(word: UInt64) {
    helpers = Int(word >> 48)
    count = Int(word >> 24) & 0xff_ffff
    taken = Int(word) & 0xff_ffff
  }

  var word: UInt64 { UInt64(helpers) << 48 | UInt64(count) << 24 | UInt64(taken) }

  var next: Ticket { Ticket(helpers: helpers, count: count, taken: taken + 1) }

  /// Whether there is a call for a thread; the caller's own number is below every limit.
  func isOpen(to helper: Int) -> Bool { taken < count && helper < max(helpers, 1) }
}

/// A condition that threads sleep on.
@safe
private final class Condition: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(condition, nil)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Sleeps until the predicate holds; it is looked at after each `wakeAll`.
  func wait(until predicate: () -> Bool) {
    unsafe pthread_mutex_lock(mutex)
    while !predicate() { unsafe pthread_cond_wait(condition, mutex) }
    unsafe pthread_mutex_unlock(mutex)
  }

  func wakeAll() {
    unsafe pthread_mutex_lock(mutex)
    unsafe pthread_cond_broadcast(condition)
    unsafe pthread_mutex_unlock(mutex)
  }
}
