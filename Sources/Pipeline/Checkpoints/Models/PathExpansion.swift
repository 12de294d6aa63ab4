/// The `~` and the variables in a path, as Python's `os.path.expanduser` and `expandvars` take them.
struct PathExpansion {
  /// Gives the value of a variable, or nil.
  let environment: (String) -> String?
  /// Gives the home folder of a user, of this one for nil.
  let home: (String?) -> String?

  /// The home folder: `HOME`, or what the system says.
  var homeFolder: String? { environment("HOME") ?? home(nil) }

  /// The path with everything filled in; what stands for nothing stays as it is.
  func expand(_ path: String) -> String { expandingVariables(expandingHome(path)) }

  private func expandingHome(_ path: String) -> String {
    guard path.utf8.first == UInt8(ascii: "~") else { return path }
    let user = path.utf8.dropFirst().prefix { $0 != UInt8(ascii: "/") }
    guard let folder = user.isEmpty ? homeFolder : home(String(Substring(user))) else {
      return path
    }
    let rest = path.utf8.dropFirst(1 + user.count)
    let trimmed = folder.utf8.last == UInt8(ascii: "/") ? String(folder.dropLast()) : folder
    return trimmed + String(Substring(rest))
  }

  private func expandingVariables(_ path: String) -> String {
    var result: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
      result += rest[..<dollar]
      rest = rest[dollar...]
      let (name, end) = Self.name(after: rest)
      if let value = environment(String(decoding: name, as: UTF8.self)), !name.isEmpty {
        result += Array(value.utf8)
      } else {
        result += rest[..<end]
      }
      rest = rest[end...]
    }
    return String(decoding: result + rest, as: UTF8.self)
  }

  /// The name of the variable that begins with the dollar sign at the start, and where it ends.
  private static func name(after text: ArraySlice<UInt8>) -> (name: ArraySlice<UInt8>, end: Int) {
    let after = text.dropFirst()
    guard after.first == UInt8(ascii: "{") else {
      let name = after.prefix(while: \.isWord)
      return (name, name.endIndex)
    }
    guard let close = after.firstIndex(of: UInt8(ascii: "}")) else {
      return ([], after.startIndex)
    }
    return (after[(after.startIndex + 1)..<close], close + 1)
  }
}
