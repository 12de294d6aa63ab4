/// Names of inputs in results.
public enum InputName {
  /// The last component of a path without its extension.
  ///
  /// - Parameter path: A path.
  /// - Returns: The name.
  public static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }
}
