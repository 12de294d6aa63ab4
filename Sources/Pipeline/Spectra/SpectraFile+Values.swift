/// The spectrum of one module's gradient and the measures taken of it.
///
/// All measures come from all singular values, however many singular vectors are kept.
public struct ModuleSpectrum: Sendable, Equatable {
  /// Singular values, descending: min(tokens, out, in) of them.
  public var singularValues: [Float]
  /// The trivial bound of the rank: min(rows of D that are not zero, out, in).
  public var rankBound: Int
  /// Frobenius norm of the gradient, sqrt(sum s²).
  public var frobeniusNorm: Double
  /// sum s² / s_1².
  public var stableRank: Double
  /// exp(entropy of s / sum s).
  public var effectiveRank: Double
  /// (sum s²)² / sum s⁴.
  public var participationRatio: Double
  /// Least number of components that hold 90, 95 and 99 % of the energy.
  public var rankAtEnergy: [Int]
  /// `||G - U diag(s) Vh||_F / ||G||_F` over all components; NaN in files of before it was measured.
  public var residual: Double
  /// Largest entry of `|Uᵀ U - I|` and `|Vh Vhᵀ - I|`; NaN in files of before it was measured.
  public var orthogonalityDefect: Double

  /// Creates a spectrum.
  public init(
    singularValues: [Float], rankBound: Int, frobeniusNorm: Double, stableRank: Double,
    effectiveRank: Double, participationRatio: Double, rankAtEnergy: [Int],
    residual: Double = .nan, orthogonalityDefect: Double = .nan
  ) {
    self.singularValues = singularValues
    self.rankBound = rankBound
    self.frobeniusNorm = frobeniusNorm
    self.stableRank = stableRank
    self.effectiveRank = effectiveRank
    self.participationRatio = participationRatio
    self.rankAtEnergy = rankAtEnergy
    self.residual = residual
    self.orthogonalityDefect = orthogonalityDefect
  }
}

/// Whose gradient a spectrum belongs to.
public enum SpectrumSource: Sendable, Hashable {
  /// The example of that index.
  case example(Int)
  /// The mean of the gradients of all examples; in a file with controls, of those that are none.
  case mean
  /// The mean of the gradients of one kind, in a file with controls.
  case meanOfKind(String)
  /// The mean over the first so many examples, by its place among the counts.
  case meanOfFirst(Int)

  /// Whether it is a mean.
  var isMean: Bool { if case .example = self { false } else { true } }
}
