import Failures
import Glibc

/// The address space that a limit (`ulimit -v`) leaves to the process.
///
/// OpenBLAS asks for memory again and again when it gets none, at the latest when the process ends,
/// and threads reserve much that they never touch. So a process that has too little does not start.
enum AddressSpace {
  /// What buffers of OpenBLAS and stacks and heaps of threads take beside the data.
  static let reserve = 256 << 20

  /// Bytes that may still be reserved, or nil without a limit.
  ///
  /// Calls `getrlimit`.
  static var left: Int? {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
      limit.rlim_cur != rlim_t.max, let used
    else { return nil }
    return Int(clamping: limit.rlim_cur) - used
  }

  /// Ends the process when the limit leaves too little; nothing that runs at an exit is run.
  static func requireRoom() {
    guard let left, left < reserve else { return }
    StandardError.write(
      "error: the limit of the address space (ulimit -v) leaves \(max(left, 0) >> 20) MiB, "
        + "\(reserve >> 20) MiB are needed to begin with\n")
    _exit(FailureKind.inputOutput.rawValue)
  }

  private static var used: Int? {
    let pages = SystemFiles(root: "").text("/proc/self/statm").split(separator: " ").first
    return pages.flatMap { Int($0) }.map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) }
  }
}
