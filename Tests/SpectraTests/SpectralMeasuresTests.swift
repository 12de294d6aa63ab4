import Glibc
import Spectra
import Testing

/// Formulas in float64 on a handful of values: a few roundings.
private let tolerance = 1e-14

/// n equal singular values are n directions by every measure.
@Test(arguments: [1, 2, 7, 64])
func equalValuesCountThemselves(count: Int) {
  let measures = SpectralMeasures(singularValues: [Double](repeating: 0.3, count: count))
  let n = Double(count)
  #expect(abs(measures.stableRank / n - 1) < tolerance)
  #expect(abs(measures.effectiveRank / n - 1) < 10 * tolerance)
  #expect(abs(measures.participationRatio / n - 1) < tolerance)
  #expect(abs(measures.frobeniusNorm / (0.3 * n.squareRoot()) - 1) < tolerance)
  #expect(abs(measures.energy(1) * n - 1) < tolerance)
  #expect(measures.energy(0) == 0)
  #expect(measures.energy(count) == 1)
  #expect(measures.energy(count + 5) == 1)
}

/// By NumPy: norm(s), (s**2).sum() / s[0]**2, exp(-(p * log(p)).sum()), (s**2).sum()**2 / (s**4).sum(),
/// cumsum(s**2) / (s**2).sum().
@Test func measuresAgreeWithNumPy() {
  let measures = SpectralMeasures(singularValues: [7.5, 3.25, 1.5, 0.25, 0.03125])
  #expect(abs(measures.frobeniusNorm / 8.31420330293288 - 1) < tolerance)
  #expect(abs(measures.stableRank / 1.22890625 - 1) < tolerance)
  #expect(abs(measures.effectiveRank / 2.7302070459598275 - 1) < tolerance)
  #expect(abs(measures.participationRatio / 1.4565207003904763 - 1) < tolerance)
  let energies = [0.813731722822632, 0.9665324574415484, 0.9990817263544536, 0.9999858727131454]
  for (index, energy) in energies.enumerated() {
    #expect(abs(measures.energy(index + 1) / energy - 1) < tolerance)
  }
}

/// Energies 1/2, 1/4, 1/8, 1/8.
@Test(arguments: [(0, 0), (0.4, 1), (0.5, 1), (0.51, 2), (0.75, 2), (0.875, 3), (0.99, 4), (1, 4)])
func leastRankThatHoldsTheEnergy(share: Double, rank: Int) {
  let measures = SpectralMeasures(singularValues: [4, 8.0.squareRoot(), 2, 2])
  #expect(measures.rank(atEnergy: share) == rank)
}

/// s_i = q^i: sum s = 1 / (1 - q), so the entropy is -log(1 - q) - q log(q) / (1 - q).
@Test func geometricSeries() {
  let q = 0.5
  let measures = SpectralMeasures(singularValues: (0..<200).map { pow(q, Double($0)) })
  #expect(abs(measures.stableRank - 1 / (1 - q * q)) < 10 * tolerance)
  #expect(abs(measures.effectiveRank - exp(-log(1 - q) - q * log(q) / (1 - q))) < 10 * tolerance)
  #expect(abs(measures.participationRatio - (1 + q * q) / (1 - q * q)) < 10 * tolerance)
}

@Test(arguments: [[], [0], [0, 0, 0]])
func zeroMatricesHaveNoDirections(values: [Double]) {
  let measures = SpectralMeasures(singularValues: values)
  #expect(measures.frobeniusNorm == 0)
  #expect(measures.stableRank == 0)
  #expect(measures.effectiveRank == 0)
  #expect(measures.participationRatio == 0)
  #expect(measures.energy(0) == 1)
  #expect(measures.rank(atEnergy: 0.99) == 0)
}

/// Powers of two scale without rounding; squares of 1e-170 are zero.
@Test(arguments: [0x1p-566, 0x1p500])
func scaleChangesTheNormAlone(scale: Double) {
  let values = [3.0, 2, 0.5]
  let measures = SpectralMeasures(singularValues: values)
  let scaled = SpectralMeasures(singularValues: values.map { $0 * scale })
  #expect(scaled.frobeniusNorm == measures.frobeniusNorm * scale)
  #expect(scaled.stableRank == measures.stableRank)
  #expect(scaled.effectiveRank == measures.effectiveRank)
  #expect(scaled.participationRatio == measures.participationRatio)
  #expect(scaled.energy(1) == measures.energy(1))
}

@Test func trailingZerosMakeNoDifference() {
  let measures = SpectralMeasures(singularValues: [3, 2, 0.5])
  let padded = SpectralMeasures(singularValues: [3, 2, 0.5, 0, 0])
  #expect(padded.effectiveRank == measures.effectiveRank)
  #expect(padded.stableRank == measures.stableRank)
  #expect(padded.rank(atEnergy: 1) == 3)
}
