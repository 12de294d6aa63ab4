import Transformer

/// How much memory the process can have without pushing others out.
///
/// Linux says it in files: what the machine has to give in `/proc/meminfo`, and what the control
/// groups of the process still allow, in either version of them; a limit of the address space counts
/// as well.
package struct AvailableMemory {
  private let files: SystemFiles

  /// Looks below a folder, which is empty but in tests.
  package init(root: String = "") { files = SystemFiles(root: root) }

  /// What is available now less a tenth, or nil where the system does not say.
  package var usable: ByteCount? {
    let limits =
      [machine, addressSpace] + files.controlGroups(of: "memory").map(left)
    return limits.compactMap(\.self).min().map { ByteCount($0 / 10 * 9) }
  }

  private var addressSpace: Int? {
    files.root.isEmpty ? AddressSpace.left.map { max(0, $0 - AddressSpace.reserve) } : nil
  }

  private var machine: Int? {
    files.number("MemAvailable:", in: "/proc/meminfo").flatMap { kibibytes in
      let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
      return overflow ? nil : bytes
    }
  }

  /// The limit of a group less what it uses; cached files count as used but give way.
  private func left(_ group: SystemFiles.ControlGroup) -> Int? {
    guard let limit = files.number("", in: "\(group.folder)/\(group.version.limit)"),
      let usage = files.number("", in: "\(group.folder)/\(group.version.usage)")
    else { return nil }
    let cached = ["inactive_file", "active_file"].reduce(0) { sum, name in
      let key = "\(group.version.prefix)\(name) "
      let bytes = files.number(key, in: "\(group.folder)/memory.stat") ?? 0
      return sum.addingReportingOverflow(bytes).partialValue
    }
    return max(0, limit - max(0, usage - max(0, cached)))
  }
}

/// The names of the files of a version of control groups.
extension SystemFiles.ControlGroup.Version {
  fileprivate var limit: String { self == .version1 ? "memory.limit_in_bytes" : "memory.max" }
  fileprivate var usage: String { self == .version1 ? "memory.usage_in_bytes" : "memory.current" }
  fileprivate var prefix: String { self == .version1 ? "total_" : "" }
}
