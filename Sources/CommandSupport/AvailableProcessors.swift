import Glibc

/// How many processors the process may use.
///
/// A process may be bound to some of the machine's (`taskset`, a job of a cluster) and limited to a
/// share of their time (a container); more threads than that only wait for one another.
package struct AvailableProcessors {
  private let files: SystemFiles

  /// Looks below a folder, which is empty but in tests.
  package init(root: String = "") { files = SystemFiles(root: root) }

  /// The number, from 1 to the most threads that a command takes.
  package var count: Int {
    let limits = [Self.bound] + files.controlGroups(of: "cpu").map(share)
    return min(max(limits.compactMap(\.self).min() ?? 1, 1), 1024)
  }

  /// The processors that the process is bound to.
  ///
  /// Calls `sched_getaffinity`, and `sysconf` on a machine with more of them than its set holds.
  private static var bound: Int {
    var set = unsafe cpu_set_t()
    guard unsafe sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else {
      return Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    }
    return unsafe withUnsafeBytes(of: set) { bytes in
      unsafe bytes.reduce(0) { $0 + $1.nonzeroBitCount }
    }
  }

  /// The time that a group may have in each period over the period, rounded up; nil without a limit.
  private func share(_ group: SystemFiles.ControlGroup) -> Int? {
    let names =
      switch group.version {
      case .version1: ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
      case .version2: ["cpu.max"]
      }
    let numbers = names.flatMap { files.text("\(group.folder)/\($0)").split { $0.isWhitespace } }
    guard numbers.count == 2, let quota = Int(numbers[0]), let period = Int(numbers[1]),
      quota > 0, period > 0
    else { return nil }
    return (quota - 1) / period + 1
  }
}
