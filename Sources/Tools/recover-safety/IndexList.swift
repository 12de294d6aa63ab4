import ArgumentParser

/// Indices of examples separated by commas, such as `0,3,4`.
struct IndexList: ExpressibleByArgument, Equatable, Sendable {
  /// The indices, from 0, in the order given.
  let indices: [Int]

  init(_ indices: [Int]) { self.indices = indices }

  /// Parses a list; nil when an entry is no index or stands there twice.
  ///
  /// - Parameter argument: Numbers separated by commas.
  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let indices = numbers.compactMap { $0 }.filter { $0 >= 0 }
    guard indices.count == numbers.count, Set(indices).count == indices.count else { return nil }
    self.indices = indices
  }

  var defaultValueDescription: String { indices.map(String.init).joined(separator: ",") }
}
