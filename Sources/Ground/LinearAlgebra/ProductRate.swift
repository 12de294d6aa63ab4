/// What this machine can do at best: the rate of large matrix products.
public enum ProductRate {
  /// Floating-point operations a second of a product of square matrices, with all threads.
  ///
  /// Calls `cblas_sgemm`.
  ///
  /// - Parameters:
  ///   - size: Rows and columns of the matrices.
  ///   - repeats: Products, of which the fastest counts.
  /// - Returns: `2 size³` over the seconds of the fastest product.
  public static func measured(size: Int, repeats: Int) -> Double {
    let factor = Matrix(rows: size, columns: size)
    var product = Matrix(rows: size, columns: size)
    var best = Double.infinity
    for _ in 0..<repeats {
      let elapsed = ContinuousClock().measure { product.multiply(factor, by: factor) }
      best = min(best, elapsed / .seconds(1))
    }
    return 2 * Double(size * size * size) / best
  }
}
