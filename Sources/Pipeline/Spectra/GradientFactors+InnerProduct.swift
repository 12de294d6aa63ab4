import LinearAlgebra
import SafetyGradients

extension GradientFactors {
  /// Inner product of two gradients of the same weight, neither of which is formed.
  ///
  ///     <G1, G2> = sum (D1 D2ᵀ) ∘ (X1 X2ᵀ)
  ///
  /// In float64. Memory: 16 T1 T2 bytes and float64 copies of the factors.
  ///
  /// - Parameter other: Factors of the other gradient, of any number of tokens.
  /// - Returns: The sum of the products of their entries.
  public func innerProduct(with other: borrowing GradientFactors) -> Double {
    let outputs = rowProducts(outputGradient, other.outputGradient)
    return outputs.innerProduct(with: rowProducts(input, other.input))
  }

  /// Frobenius norm of the gradient.
  public var frobeniusNorm: Double { max(innerProduct(with: self), 0).squareRoot() }

  /// Cosine of the angle between two gradients of the same weight.
  ///
  /// - Parameter other: Factors of the other gradient.
  /// - Returns: Between -1 and 1; NaN when either is zero, for then there is no angle.
  public func cosine(with other: borrowing GradientFactors) -> Double {
    let cosine = innerProduct(with: other) / (frobeniusNorm * other.frobeniusNorm)
    return cosine.isNaN ? cosine : min(max(cosine, -1), 1)
  }
}

/// Inner products of each row of a with each row of b: `a bᵀ`.
private func rowProducts(_ a: borrowing Matrix, _ b: borrowing Matrix) -> DoubleMatrix {
  precondition(a.columns == b.columns, "rows of \(a.columns) and \(b.columns)")
  return DoubleMatrix(
    product: DoubleMatrix(a, rows: Array(0..<a.rows)),
    by: DoubleMatrix(b, rows: Array(0..<b.rows)), .transposed)
}
