import RandomNumbers

extension Matrix {
  /// Elements uniform in ±bound.
  package static func uniform(
    rows: Int, columns: Int, _ bound: Float, _ generator: inout SplitMix64
  ) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      elements: (0..<(rows * columns)).map { _ in bound * Float(2 * generator.uniform() - 1) })
  }

  /// Standard normal elements.
  package static func normal(
    rows: Int, columns: Int, _ generator: inout SplitMix64
  ) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      elements: (0..<(rows * columns)).map { _ in Float(generator.normal()) })
  }
}
