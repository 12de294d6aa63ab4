/// How many threads the numeric code uses.
///
/// The number belongs to the task that sets it, so that computations side by side do not set it for
/// each other: `ComputeThreads.$count.withValue(4) { ... }`. Loops hand it to the threads that they
/// run on. OpenBLAS is kept to the thread that calls it, whatever the number: its own threads wait for one
/// another at full speed, which is slow on a busy machine and would fight with ours.
public enum ComputeThreads {
  /// The number of threads, at least 1.
  @TaskLocal public static var count = 1
}
