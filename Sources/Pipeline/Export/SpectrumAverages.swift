import Glibc
import Spectra

/// Spectra of each module, averaged over examples.
struct SpectrumAverages {
  /// Shares of the rank bound at which the curves are sampled, closer to each other near 0.
  static let shares = (0...31).map { pow(256, Double($0 - 31) / 31) }

  /// Of which kind the examples are; nil without controls.
  let kind: String?
  private var energies: [[Double]]
  private var bounds: [Double]
  private var ranks: [Double]
  private var counts: [Double]

  /// Begins with none.
  init(kind: String?, moduleCount: Int) {
    self.kind = kind
    let zeros = [Double](repeating: 0, count: moduleCount)
    energies = zeros.map { _ in Self.shares.map { _ in 0 } }
    (bounds, ranks, counts) = (zeros, zeros, zeros)
  }

  /// Takes in the spectra of one example; those without any component are left out.
  mutating func add(_ spectra: [ModuleSpectrum]) {
    for (module, spectrum) in spectra.enumerated() where spectrum.rankBound > 0 {
      let measures = SpectralMeasures(singularValues: spectrum.singularValues.map(Double.init))
      let bound = Double(spectrum.rankBound)
      for (index, share) in Self.shares.enumerated() {
        energies[module][index] += measures.energy(Int((share * bound).rounded(.up)))
      }
      bounds[module] += bound
      ranks[module] += Double(spectrum.rankAtEnergy.first ?? 0)
      counts[module] += 1
    }
  }

  /// Whether there is anything of a module.
  func hasModule(_ module: Int) -> Bool { counts[module] > 0 }

  /// Energy at a share of the bound.
  func energy(_ module: Int, _ share: Int) -> Double { energies[module][share] / counts[module] }

  /// The rank bound.
  func bound(_ module: Int) -> Double { bounds[module] / counts[module] }

  /// The rank at the energy level.
  func rank(_ module: Int) -> Double { ranks[module] / counts[module] }

  /// The largest rank bound of a module; 0 where there is none.
  var largestBound: Double {
    counts.indices.filter(hasModule).map(bound).max() ?? 0
  }
}
