import ArgumentParser

/// Numbers of steps separated by commas, such as `1,2,4`.
struct StepList: ExpressibleByArgument, Equatable, Sendable {
  /// The steps, from 1.
  let steps: Set<Int>

  /// Parses a list; nil when an entry is no positive number.
  ///
  /// - Parameter argument: Numbers separated by commas.
  init?(argument: String) {
    let numbers = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    let steps = numbers.compactMap { $0 }.filter { $0 > 0 }
    guard steps.count == numbers.count else { return nil }
    self.steps = Set(steps)
  }
}
