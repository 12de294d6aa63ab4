import COpenBLAS
import Synchronization

/// How many threads the numeric code uses.
///
/// OpenBLAS is kept to the thread that calls it: its own threads wait for one another at full speed,
/// which is slow on a busy machine and would fight with ours. Products are divided among the threads
/// of `parallelFor` instead.
public enum ComputeThreads {
  private static let setting = Setting()

  private struct Setting: ~Copyable, Sendable {
    let count = Atomic<Int>(1)

    init() { openblas_set_num_threads(1) }
  }

  /// The number of threads, at least 1.
  public static var count: Int { setting.count.load(ordering: .relaxed) }

  /// Sets the number of threads for the whole process.
  ///
  /// - Parameter count: At least 1.
  public static func set(_ count: Int) {
    precondition(count >= 1, "\(count) threads")
    setting.count.store(count, ordering: .relaxed)
  }
}
