import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients
import Spectra

/// A gradients file or a spectra file whose gradients are compared.
public final class ComparedFile: Sendable {
  private enum Source: Sendable {
    case gradients(GradientFile)
    case spectra(SpectraFile)
  }

  /// The file's path.
  public let path: String
  /// Where its numbers come from.
  public let provenance: Provenance
  /// The weights that have gradients.
  public let modules: [GradientModule]
  /// The examples.
  public let examples: [GradientExample]
  /// What each example is: `example`, or the name of a control.
  let kinds: [String]
  /// For each example, the one that it is a control of; itself where it is none.
  let origins: [Int]
  private let source: Source

  /// Opens a file and reads its tables.
  ///
  /// - Parameter path: Where.
  /// - Throws: `ComparisonError.file`.
  public init(opening path: String) throws(ComparisonError) {
    self.path = path
    let root = try ComparisonError.ofFile { () throws(HDF5Error) in
      try StoredFile(opening: path).root
    }
    let format = try ComparisonError.ofFile { () throws(HDF5Error) in try FileFormat(of: root) }
    source = try ComparisonError.ofFile { () throws(HDF5Error) in
      format.name == FileFormat.gradients.name
        ? .gradients(try GradientFile(opening: path)) : .spectra(try SpectraFile(opening: path))
    }
    switch source {
    case .gradients(let file):
      (provenance, modules, examples) = (file.provenance, file.modules, file.examples)
    case .spectra(let file):
      (provenance, modules, examples) = (file.provenance, file.modules, file.examples)
    }
    kinds = examples.map { $0.origin?.kind ?? GradientOrigin.example }
    origins = examples.enumerated().map { $1.origin?.source ?? $0 }
  }

  /// Whether the factors are there, from which any mean can be taken.
  public var hasFactors: Bool {
    if case .gradients = source { return true }
    return false
  }

  /// An example's gradient of a module.
  func gradient(_ example: Int, module: Int, rank: Int) throws(ComparisonError) -> ComparedGradient
  {
    switch source {
    case .gradients(let file):
      let factors = try ComparisonError.ofFile { () throws(HDF5Error) in
        try file.factors(example: example, module: module)
      }
      let svd = try naming(example, module) { () throws(LinearAlgebraError) in
        try FactoredSVD(rank: rank)
          .decompose(left: factors.outputGradient, right: factors.input)
      }
      let rows = factors.outputGradient.nonzeroRows
      return ComparedGradient(
        vectors: svd.vectors.resolved(svd.singularValues),
        factors: ComparedGradient.Factors(
          left: DoubleMatrix(factors.outputGradient, rows: rows),
          right: DoubleMatrix(factors.input, rows: rows)),
        residual: svd.certificate.residual)
    case .spectra(let file): return try stored(.example(example), file, module, rank)
    }
  }

  /// The mean that a spectra file stores for all examples of a kind.
  func storedMean(_ kind: String, module: Int, rank: Int) throws(ComparisonError)
    -> ComparedGradient?
  {
    guard case .spectra(let file) = source else { return nil }
    let mean = examples.kinds.isEmpty ? SpectrumSource.mean : .meanOfKind(kind)
    return try stored(mean, file, module, rank)
  }

  private func stored(
    _ source: SpectrumSource, _ file: SpectraFile, _ module: Int, _ rank: Int
  ) throws(ComparisonError) -> ComparedGradient {
    let (hasVectors, spectrum) = try ComparisonError.ofFile { () throws(HDF5Error) in
      (
        try file.hasVectors(of: source, module: module),
        try file.spectra(of: source, modules: module..<module + 1)[0]
      )
    }
    guard hasVectors else {
      throw .noVectors(
        path: path, member: name(of: source), module: modules[module].name)
    }
    let vectors = try ComparisonError.ofFile { () throws(HDF5Error) in
      try file.vectors(of: source, module: module)
    }
    let kept = vectors.keeping(0..<min(rank, vectors.innerDimension))
      .resolved(spectrum.singularValues.map(Double.init))
    // Only with all components is U S Vh the gradient itself.
    let isWhole = vectors.innerDimension >= spectrum.rankBound
    guard isWhole, spectrum.singularValues.count >= vectors.innerDimension else {
      return ComparedGradient(vectors: kept, factors: nil)
    }
    let rows = Array(0..<vectors.innerDimension)
    var left = DoubleMatrix(vectors.left.transposed(), rows: rows)
    left.scaleRows(by: rows.map { Double(spectrum.singularValues[$0]) })
    return ComparedGradient(
      vectors: kept,
      factors: ComparedGradient.Factors(
        left: left, right: DoubleMatrix(vectors.right, rows: rows)))
  }

  private func name(of source: SpectrumSource) -> String {
    switch source {
    case .example(let index): "example '\(examples[index].id)'"
    case .mean: "mean"
    case .meanOfKind(let kind): "mean of \(kind)"
    case .meanOfFirst(let place): "mean of the examples up to count \(place)"
    }
  }

  private func naming<Value: ~Copyable>(
    _ example: Int, _ module: Int, _ body: () throws(LinearAlgebraError) -> Value
  ) throws(ComparisonError) -> Value {
    do throws(LinearAlgebraError) {
      return try body()
    } catch {
      throw .gradient(
        path: path, member: "example '\(examples[example].id)'", module: modules[module].name, error
      )
    }
  }
}

extension LowRankMatrix {
  /// The vectors whose singular values are not rounding errors of float32: past the rank there are no
  /// directions to compare.
  func resolved(_ values: [Double]) -> LowRankMatrix {
    let largest = values.first ?? 0
    let count = values.prefix(innerDimension).prefix { $0 > 1e-7 * largest }.count
    return keeping(0..<count)
  }
}

/// A gradient as it is compared: its leading directions and, where they are known, its factors.
///
/// A class, since collections do not hold move-only values.
final class ComparedGradient: Sendable {
  /// U [out x k] and Vh [k x in].
  let vectors: LowRankMatrix
  /// Rows whose products sum up to the gradient, `leftᵀ right`.
  let factors: Factors?

  /// How good the directions are, where they were computed; NaN where they were stored.
  let residual: Double

  /// A matrix in float64: a sum of products, or formed.
  final class Factors: Sendable {
    /// Empty where the matrix is formed.
    let left: DoubleMatrix
    let right: DoubleMatrix
    private let isFormed: Bool

    init(left: consuming DoubleMatrix, right: consuming DoubleMatrix) {
      self.left = left
      self.right = right
      isFormed = false
    }

    init(formed: consuming DoubleMatrix) {
      left = DoubleMatrix(rows: 0, columns: 0)
      right = formed
      isFormed = true
    }

    /// `<G1, G2> = sum (L1 L2ᵀ) ∘ (R1 R2ᵀ)`; of a formed matrix the left factor is the identity.
    func innerProduct(with other: Factors) -> Double {
      switch (isFormed, other.isFormed) {
      case (true, true): return right.innerProduct(with: other.right)
      case (true, false): return other.innerProduct(with: self)
      case (false, true):
        return left.innerProduct(
          with: DoubleMatrix(product: right, by: other.right, .transposed))
      case (false, false):
        let outer = DoubleMatrix(product: left, by: other.left, .transposed)
        return outer.innerProduct(with: DoubleMatrix(product: right, by: other.right, .transposed))
      }
    }
  }

  init(vectors: LowRankMatrix, factors: Factors?, residual: Double = .nan) {
    self.vectors = vectors
    self.factors = factors
    self.residual = residual
  }
}
