import COpenBLAS
import Synchronization

/// How many threads the numeric code uses, in BLAS and in its own loops.
public enum ComputeThreads {
  private static let setting = Atomic<Int>(1)

  /// The number of threads, at least 1.
  public static var count: Int { setting.load(ordering: .relaxed) }

  /// Sets the number of threads for the whole process.
  ///
  /// Calls `openblas_set_num_threads`.
  ///
  /// - Parameter count: At least 1.
  public static func set(_ count: Int) {
    precondition(count >= 1, "\(count) threads")
    setting.store(count, ordering: .relaxed)
    openblas_set_num_threads(Int32(clamping: count))
  }

  /// Runs `body` with each BLAS call on the thread that makes it, for loops that are parallel
  /// themselves.
  ///
  /// - Parameter body: Work that calls BLAS from several threads.
  /// - Returns: What `body` returns.
  /// - Throws: What `body` throws.
  public static func withSerialBLAS<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    openblas_set_num_threads(1)
    defer { openblas_set_num_threads(Int32(clamping: count)) }
    return try body()
  }
}
