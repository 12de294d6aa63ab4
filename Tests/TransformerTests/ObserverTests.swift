import LinearAlgebra
import Testing
import Tokens
import Transformer

/// The pass says whose rows are whose: those of each example, end to end, before anything is observed.
@Test func anObserverIsToldTheRowsOfEachExample() throws {
  let oracle = try OracleModel("llama")
  let examples = try (0..<3).map { try oracle.example($0).sequence }
  let observer = Rows()
  _ = try oracle.model.backpropagate(examples, weights: [1, 1, 1], observer: observer)
  var start = 0
  let expected = examples.map { example in
    defer { start += example.tokens.count }
    return start..<(start + example.tokens.count)
  }
  #expect(observer.examples == examples)
  #expect(observer.rows == expected)
  #expect(observer.observedRows == [start])
}

private final class Rows: GradientObserver {
  private(set) var examples: [Example] = []
  private(set) var rows: [Range<Int>] = []
  /// Numbers of rows of what was observed after that.
  private(set) var observedRows: Set<Int> = []

  func begin(_ examples: [Example], rows: [Range<Int>]) {
    #expect(observedRows.isEmpty)
    self.examples = examples
    self.rows = rows
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    observedRows.formUnion([input.rows, outputGradient.rows])
  }
}
