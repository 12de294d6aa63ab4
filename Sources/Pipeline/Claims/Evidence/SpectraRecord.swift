import HDF5
import LinearAlgebra
import ResultFiles
import Spectra

/// What a file of spectra says of the rank of gradients: medians over its matrices.
package struct SpectraRecord: Sendable {
  /// Medians over the matrices of one gradient.
  package struct Gradient: Sendable {
    /// The example's id; of a control that of its example.
    package let example: String
    /// `example`, or the name of a control.
    package let kind: String
    /// Rank at 90 % of the energy over its trivial bound.
    package let rankShare: Double
    /// Rank at 90 % of the energy.
    package let rank: Double
    /// The trivial bound.
    package let bound: Double
    /// Energy of the first component, of the first two, and so on.
    package let energies: [Double]
    /// Share, in the leading component, of the place that predicts the answer's first token; nil where no
    /// attribution is stored.
    package let beginningShare: Double?
    /// `||G||²` of each matrix, in the order of the file.
    package let squaredNorms: [Double]

    /// Energy of the components of the published ratio.
    package var energy: Double { energy(of: SpectraRecord.energyComponents) }

    /// Energy of the first so many components.
    package func energy(of count: Int) -> Double {
      count < 1 || energies.isEmpty ? 0 : energies[min(count, energies.count) - 1]
    }
  }

  /// The mean gradient of the first so many examples.
  package struct Mean: Sendable {
    package let count: Int
    package let rankShare: Double
    package let rank: Double
  }

  /// One matrix over the safety examples of the file.
  package struct Matrix: Sendable {
    /// From 0.
    package let layer: Int
    package let projection: String
    /// Mean of rank at 90 % of the energy over its trivial bound.
    package let rankShare: Double
  }

  /// Components of the published energy ratio.
  static let energyComponents = 20

  /// The cell.
  package let identity: String
  /// The name that the sweep gave it.
  package let name: String
  /// Fingerprint of the model.
  package let model: String
  /// The attack that the model comes from; nil before one.
  package let attack: String?
  /// The file of examples, as the command names it.
  package let examplesPath: String
  package let gradients: [Gradient]
  package let means: [Mean]
  /// Those in which some example has a gradient.
  package let matrices: [Matrix]
  /// Layer and projection of each matrix, in the order of the file.
  package let modules: [(layer: Int, projection: String)]
  /// Largest residual of a decomposition; nil where none is recorded.
  package let residual: Double?

  /// Whether a name says that the gradients are those of harmless answers.
  package static func isBenign(_ name: String) -> Bool {
    ["benign", "harmless", "helpful", "utility"].contains { name.lowercased().contains($0) }
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - identity: Of the cell.
  ///   - name: What the sweep calls it.
  ///   - attack: The attack that the model comes from.
  ///   - examplesPath: The file of its examples.
  /// - Throws: `HDF5Error`.
  init(
    reading path: String, identity: String, name: String, attack: String?, examplesPath: String
  ) throws(HDF5Error) {
    let file = try SpectraFile(opening: path)
    let level = file.energyLevels.firstIndex { abs($0 - 0.9) < 1e-9 }
    var gradients: [Gradient] = []
    var shares = Shares(count: file.modules.count)
    var residual: Double?
    for (index, example) in file.examples.enumerated() {
      let spectra = try file.spectra(of: .example(index))
      let source = example.origin?.source ?? index
      guard let level, let medians = Medians(spectra, level: level),
        file.examples.indices.contains(source)
      else { continue }
      if example.origin?.kind ?? GradientOrigin.example == GradientOrigin.example {
        shares.add(spectra, level: level)
      }
      for value in spectra.map(\.residual) where value.isFinite {
        residual = max(residual ?? 0, value)
      }
      gradients.append(
        Gradient(
          example: file.examples[source].id, kind: example.origin?.kind ?? GradientOrigin.example,
          rankShare: medians.share, rank: medians.rank, bound: medians.bound,
          energies: medians.energies, beginningShare: try file.beginningShare(of: index),
          squaredNorms: spectra.map { $0.frobeniusNorm * $0.frobeniusNorm }))
    }
    var means: [Mean] = []
    for (place, count) in file.meanCounts.enumerated() {
      let spectra = try file.spectra(of: .meanOfFirst(place))
      guard let level, let medians = Medians(spectra, level: level) else { continue }
      means.append(Mean(count: count, rankShare: medians.share, rank: medians.rank))
    }
    self.identity = identity
    self.name = name
    self.attack = attack
    self.examplesPath = examplesPath
    self.gradients = gradients
    self.means = means
    self.residual = residual
    matrices = shares.matrices(of: file.modules)
    model = file.provenance.modelFingerprint
    modules = file.modules.map { ($0.layer, $0.projection) }
  }

  package var moduleCount: Int { modules.count }

  /// The kinds of controls in the file.
  package var controls: [String] {
    var kinds: [String] = []
    for gradient in gradients
    where gradient.kind != GradientOrigin.example && !kinds.contains(gradient.kind) {
      kinds.append(gradient.kind)
    }
    return kinds
  }
}

/// Sums of rank shares by matrix.
private struct Shares {
  private var sums: [Double]
  private var counts: [Int]

  init(count: Int) {
    sums = [Double](repeating: 0, count: count)
    counts = [Int](repeating: 0, count: count)
  }

  mutating func add(_ spectra: [ModuleSpectrum], level: Int) {
    for (index, spectrum) in spectra.enumerated()
    where sums.indices.contains(index) && spectrum.rankBound > 0
      && spectrum.rankAtEnergy.indices.contains(level)
    {
      sums[index] += Double(spectrum.rankAtEnergy[level]) / Double(spectrum.rankBound)
      counts[index] += 1
    }
  }

  func matrices(of modules: [GradientModule]) -> [SpectraRecord.Matrix] {
    modules.indices.filter { counts[$0] > 0 }.map { index in
      SpectraRecord.Matrix(
        layer: modules[index].layer, projection: modules[index].projection,
        rankShare: sums[index] / Double(counts[index]))
    }
  }
}

/// Medians over matrices whose gradient is not nothing.
private struct Medians {
  let share: Double
  let rank: Double
  let bound: Double
  let energies: [Double]

  init?(_ spectra: [ModuleSpectrum], level: Int) {
    let spectra = spectra.filter { $0.rankBound > 0 && $0.rankAtEnergy.indices.contains(level) }
    guard
      let share = Sorted(spectra.map { Double($0.rankAtEnergy[level]) / Double($0.rankBound) })
        .median,
      let rank = Sorted(spectra.map { Double($0.rankAtEnergy[level]) }).median,
      let bound = Sorted(spectra.map { Double($0.rankBound) }).median
    else { return nil }
    self.share = share
    self.rank = rank
    self.bound = bound
    let ratios = spectra.map(Self.energies)
    energies = (0..<(ratios.map(\.count).max() ?? 0)).compactMap { index in
      Sorted(ratios.map { $0.indices.contains(index) ? $0[index] : 1 }).median
    }
  }

  /// The energy ratio of the first component, of the first two and so on, `sum_{i<=k} s_i² / sum s_i²`.
  private static func energies(_ spectrum: ModuleSpectrum) -> [Double] {
    let squares = spectrum.singularValues.map { Double($0) * Double($0) }
    let all = squares.reduce(0, +)
    var sum = 0.0
    return all > 0
      ? squares.map {
        sum += $0
        return sum / all
      } : []
  }
}

extension SpectraFile {
  /// The share of the place that predicts the answer's first token, the median over matrices.
  fileprivate func beginningShare(of example: Int) throws(HDF5Error) -> Double? {
    guard let first = try tokens(example: example)?.answerMask.firstIndex(of: true), first > 0
    else { return nil }
    // A token is predicted where the one before it is read.
    let place = first - 1
    var shares: [Double] = []
    for module in modules.indices where try hasAttribution(example: example, module: module) {
      let attribution = try attribution(example: example, module: module)
      if attribution.columns > 0, place < attribution.rows {
        shares.append(Double(attribution[place, 0]))
      }
    }
    return Sorted(shares).median
  }
}
