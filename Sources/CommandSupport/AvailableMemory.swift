import FoundationEssentials
import Transformer

/// How much memory the process can have without pushing others out.
///
/// Linux says it in files: what the machine has to give in `/proc/meminfo`, and what the control
/// groups of the process still allow, in either version of them.
package struct AvailableMemory {
  private let root: String

  /// Looks below a folder, which is empty but in tests.
  package init(root: String = "") { self.root = root }

  /// What is available now less a tenth, or nil where the system does not say.
  package var usable: ByteCount? {
    let limits = [machine] + groups
    return limits.compactMap(\.self).min().map { ByteCount($0 / 10 * 9) }
  }

  private var machine: Int? {
    number("MemAvailable:", in: "/proc/meminfo").flatMap { kibibytes in
      let (bytes, overflow) = kibibytes.multipliedReportingOverflow(by: 1024)
      return overflow ? nil : bytes
    }
  }

  /// What each control group above the process has left.
  private var groups: [Int?] {
    text("/proc/self/cgroup").split(separator: "\n").flatMap { line -> [Int?] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      if fields[1] == "" {
        return ancestors(fields[2]).map { left(.version2, "/sys/fs/cgroup" + $0) }
      }
      guard fields[1].split(separator: ",").contains("memory") else { return [] }
      return ancestors(fields[2]).map { left(.version1, "/sys/fs/cgroup/memory" + $0) }
    }
  }

  /// The names of the files of a version of control groups.
  private enum Version {
    case version1
    case version2

    var limit: String { self == .version1 ? "memory.limit_in_bytes" : "memory.max" }
    var usage: String { self == .version1 ? "memory.usage_in_bytes" : "memory.current" }
    var prefix: String { self == .version1 ? "total_" : "" }
  }

  /// The limit of a group less what it uses; cached files count as used but give way.
  private func left(_ version: Version, _ folder: String) -> Int? {
    guard let limit = number("", in: "\(folder)/\(version.limit)"),
      let usage = number("", in: "\(folder)/\(version.usage)")
    else { return nil }
    let cached = ["inactive_file", "active_file"].reduce(0) { sum, name in
      let bytes = number("\(version.prefix)\(name) ", in: "\(folder)/memory.stat") ?? 0
      return sum.addingReportingOverflow(bytes).partialValue
    }
    return max(0, limit - max(0, usage - max(0, cached)))
  }

  /// A path and all above it: `/a/b`, `/a` and the empty one.
  private func ancestors(_ path: Substring) -> [String] {
    let names = path.split(separator: "/")
    return (0...names.count).map { names.prefix($0).reduce("") { "\($0)/\($1)" } }
  }

  /// The number on the line that starts with a key.
  private func number(_ key: String, in path: String) -> Int? {
    let line = text(path).split(separator: "\n").first { $0.hasPrefix(key) }
    let digits = line?.dropFirst(key.count).drop { $0 == " " }.prefix { $0.isNumber && $0.isASCII }
    return digits.flatMap { Int($0) }
  }

  private func text(_ path: String) -> String {
    FileManager.default.contents(atPath: root + path).map { String(decoding: $0, as: UTF8.self) }
      ?? ""
  }
}
