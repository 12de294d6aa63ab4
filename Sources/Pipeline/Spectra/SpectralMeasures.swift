import Glibc

/// Measures of how many directions a matrix has, from all of its singular values.
///
/// Each is a number of directions: between 1 and the rank for a matrix that is not zero, equal to the
/// rank when all nonzero singular values are equal, and unchanged when the matrix is scaled. A zero
/// matrix has none: its measures are 0, its energy is wholly in the first 0 components.
public struct SpectralMeasures: Sendable, Equatable {
  /// Square root of the sum of squares, the Frobenius norm of the matrix.
  public let frobeniusNorm: Double
  /// Frobenius norm over spectral norm, squared: `sum s² / s_1²` (Rudelson and Vershynin 2007).
  public let stableRank: Double
  /// The exponential of the entropy (natural logarithm) of `p_i = s_i / sum s` (Roy and Vetterli 2007).
  public let effectiveRank: Double
  /// Inverse of the share of energy that energy itself would draw: `(sum s²)² / sum s⁴`.
  public let participationRatio: Double
  private let cumulativeEnergy: [Double]

  /// Takes the measures.
  ///
  /// - Parameter singularValues: All of them, descending; trailing zeros make no difference.
  public init(singularValues: [Double]) {
    // Squares and fourth powers of gradients of 1e-100 would vanish.
    let largest = singularValues.first ?? 0
    let values = largest > 0 ? singularValues.map { $0 / largest } : []
    var energy = 0.0
    cumulativeEnergy = values.map { value in
      energy += value * value
      return energy
    }
    frobeniusNorm = largest * energy.squareRoot()
    stableRank = energy
    effectiveRank = values.isEmpty ? 0 : exp(entropy(of: values))
    participationRatio = values.isEmpty ? 0 : energy * energy / values.reduce(0) { $0 + pow($1, 4) }
  }

  /// Share of the energy in the first k components, `sum_{i<=k} s_i² / sum s_i²`: the cumulative
  /// energy ratio.
  ///
  /// - Parameter k: Number of components, at least 0; beyond the last one the share is 1.
  /// - Returns: Between 0 and 1; 1 for a zero matrix.
  public func energy(_ k: Int) -> Double {
    precondition(k >= 0, "\(k) components")
    guard let total = cumulativeEnergy.last, k < cumulativeEnergy.count else { return 1 }
    return k == 0 ? 0 : cumulativeEnergy[k - 1] / total
  }

  /// Least k whose first k components hold at least a share of the energy.
  ///
  /// - Parameter share: Between 0 and 1.
  /// - Returns: Number of components; 0 for a zero matrix.
  public func rank(atEnergy share: Double) -> Int {
    precondition(share >= 0 && share <= 1, "a share of \(share)")
    return (0...cumulativeEnergy.count).first { energy($0) >= share } ?? cumulativeEnergy.count
  }
}

/// Entropy of numbers that are scaled to sum to 1, in nats; `0 log 0` is 0.
private func entropy(of values: [Double]) -> Double {
  let total = values.reduce(0, +)
  return values.reduce(0) { sum, value in
    let share = value / total
    return share > 0 ? sum - share * log(share) : sum
  }
}
