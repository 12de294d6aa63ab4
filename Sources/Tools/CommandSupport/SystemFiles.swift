import Files

/// The files in which Linux says what a process may use.
struct SystemFiles {
  /// The folder that they are below, which is empty but in tests.
  let root: String

  /// A control group of the process, or one above it.
  struct ControlGroup {
    enum Version {
      case version1
      case version2
    }

    let version: Version
    let folder: String
  }

  /// The groups that a controller such as `memory` may limit the process by.
  func controlGroups(of controller: String) -> [ControlGroup] {
    text("/proc/self/cgroup").split(separator: "\n").flatMap { line -> [ControlGroup] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      if fields[1] == "" {
        return ancestors(fields[2]).map {
          ControlGroup(version: .version2, folder: "/sys/fs/cgroup" + $0)
        }
      }
      guard fields[1].split(separator: ",").contains(controller[...]) else { return [] }
      return ancestors(fields[2]).map {
        ControlGroup(version: .version1, folder: "/sys/fs/cgroup/\(controller)" + $0)
      }
    }
  }

  /// A path and all above it: `/a/b`, `/a` and the empty one.
  private func ancestors(_ path: Substring) -> [String] {
    let names = path.split(separator: "/")
    return (0...names.count).map { names.prefix($0).reduce("") { "\($0)/\($1)" } }
  }

  /// The number on the line that starts with a key.
  func number(_ key: String, in path: String) -> Int? {
    let line = text(path).split(separator: "\n").first { $0.hasPrefix(key) }
    let digits = line?.dropFirst(key.count).drop { $0 == " " }.prefix { $0.isNumber && $0.isASCII }
    return digits.flatMap { Int($0) }
  }

  /// The text of a file; empty when it is not there.
  func text(_ path: String) -> String {
    (try? OpenFile.contents(of: root + path)).map { String(decoding: $0, as: UTF8.self) } ?? ""
  }
}
