import ArgumentParser

/// Names separated by commas, such as `q_proj,down_proj`.
public struct NameList: ExpressibleByArgument, Equatable, Sendable {
  /// The names in the order given.
  public let names: [String]

  /// Splits a list; nil when a name is empty.
  ///
  /// - Parameter argument: Names separated by commas.
  public init?(argument: String) {
    names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if names.contains("") { return nil }
  }
}
