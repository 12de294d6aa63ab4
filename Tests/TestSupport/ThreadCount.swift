import LinearAlgebra
import Testing

/// A test that computes with some threads, whatever runs beside it.
public struct ThreadCountTrait: TestTrait, SuiteTrait, TestScoping {
  let count: Int

  /// Yes.
  public var isRecursive: Bool { true }

  /// Runs the test with the count.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await ComputeThreads.$count.withValue(count) { try await function() }
  }
}

extension Trait where Self == ThreadCountTrait {
  /// The test computes with so many threads.
  public static func threads(_ count: Int) -> Self { ThreadCountTrait(count: count) }
}
