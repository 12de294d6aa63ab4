import Glibc

/// How many processors the process may use.
///
/// A process may be bound to some of the machine's (`taskset`, a job of a cluster) and limited to a
/// share of their time (a container); more threads than that only wait for one another. Linux says
/// both in files.
package struct AvailableProcessors {
  private let files: SystemFiles

  /// Looks below a folder, which is empty but in tests.
  package init(root: String = "") { files = SystemFiles(root: root) }

  /// The number, from 1 to the most threads that a command takes.
  package var count: Int {
    let limits = [bound ?? Self.online] + files.controlGroups(of: "cpu").map(share)
    return min(max(limits.compactMap(\.self).min() ?? 1, 1), 1024)
  }

  /// The processors that the process is bound to, as `0-3,8`.
  private var bound: Int? {
    let key = "Cpus_allowed_list:"
    let line = files.text("/proc/self/status").split(separator: "\n").first { $0.hasPrefix(key) }
    return line?.dropFirst(key.count).split(separator: ",").reduce(0) { count, range in
      let ends = range.split(separator: "-").compactMap { Int32($0.filter(\.isNumber)) }
      guard let first = ends.first, let last = ends.last, first <= last else { return count }
      return count + Int(last) - Int(first) + 1
    }
  }

  /// The processors of the machine, from `sysconf`.
  private static var online: Int { Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

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
