import SystemPackage

/// Names of inputs in results.
enum InputName {
  /// The last component of a path without its extension.
  ///
  /// - Parameter path: A path.
  /// - Returns: The name.
  static func stem(of path: String) -> String { FilePath(path).stem ?? path }

  /// The names with a number behind each one that was there before: "a", "b", "a-2".
  ///
  /// - Parameter names: Names in order.
  /// - Returns: As many names, no two of them the same.
  static func distinct(_ names: [String]) -> [String] {
    var seen = Set<String>()
    return names.map { name in
      var distinct = name
      var number = 2
      while seen.contains(distinct) || (distinct != name && names.contains(distinct)) {
        distinct = "\(name)-\(number)"
        number += 1
      }
      seen.insert(distinct)
      return distinct
    }
  }
}
