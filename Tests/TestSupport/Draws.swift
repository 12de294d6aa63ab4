import LinearAlgebra
import RandomNumbers

/// Matrices of numbers from a fixed sequence, the same in every run.
package struct Draws {
  private var random: SplitMix64

  /// Begins a sequence.
  package init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Uniform in [0, 1).
  package mutating func uniform() -> Double { random.uniform() }

  /// Entries between -1 and 1.
  package mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(
      rows: rows, columns: columns,
      elements: (0..<rows * columns).map { _ in Float(2 * uniform() - 1) })
  }
}
