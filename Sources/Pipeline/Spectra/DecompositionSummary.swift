import Glibc
import LinearAlgebra

/// How a decomposition went.
public struct DecompositionSummary: Sendable, Equatable {
  /// Gradients decomposed, means included; the mean of one example is not another gradient.
  public var gradientCount = 0
  /// Those where `gesdd` did not converge and `gesvd` took over.
  public var fallbackCount = 0
  /// Time that workers spent decomposing, added up over the threads.
  public var decompositionTime = Duration.zero
  /// The largest residual of a decomposition.
  public var residual = WorstValue()
  /// The largest orthogonality defect of one.
  public var orthogonalityDefect = WorstValue()

  /// The largest of some values that should be small, and where it was found.
  public struct WorstValue: Sendable, Equatable {
    /// The value; NaN where there was one.
    public var value = 0.0
    /// Which gradient it belongs to; nil where there was none.
    public var place: GradientPlace?

    mutating func note(_ value: Double, of place: GradientPlace) {
      guard self.place == nil || value > self.value || value.isNaN else { return }
      if self.value.isNaN { return }
      (self.value, self.place) = (value, place)
    }

    /// Whether it is beyond what rounding explains.
    public var isExcessive: Bool { !(value <= DecompositionCertificate.limit) }
  }

  mutating func note(_ certificate: DecompositionCertificate, of place: GradientPlace) {
    residual.note(certificate.residual, of: place)
    orthogonalityDefect.note(certificate.orthogonalityDefect, of: place)
  }

  /// The certificates in a line.
  public var certificateText: String {
    "largest residual \(residual.value.short), largest orthogonality defect "
      + "\(orthogonalityDefect.value.short)"
  }

  /// What the user should be warned of: a sentence for each certificate beyond what rounding explains.
  public var warnings: [String] {
    [("residual", residual), ("orthogonality defect", orthogonalityDefect)].compactMap {
      name, worst in
      guard worst.isExcessive, let place = worst.place else { return nil }
      return "\(place): the decomposition has a \(name) of \(worst.value.short), more than "
        + "\(DecompositionCertificate.limit.short)"
    }
  }
}

extension Double {
  /// Two digits, as `1.3e-07`.
  fileprivate var short: String {
    guard self > 0, isFinite else { return description }
    let exponent = Int(log10(self).rounded(.down))
    let digits = (self / pow(10, Double(exponent - 1))).rounded() / 10
    return "\(digits)e\(exponent)"
  }
}
