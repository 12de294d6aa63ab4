extension Lanes {
  /// `exp(x)` lane by lane, with a relative error below 2 ulp.
  ///
  /// x = n ln 2 + r with |r| <= ln 2 / 2; exp(r) is Cephes' polynomial of degree 6 and 2^n is made
  /// in the exponent bits. Below -87.3 the result is 0 (no subnormals), above 88.3 it is infinite
  /// or the largest power that fits; NaN gives an unspecified number, so inputs are checked before.
  @inlinable @inline(__always)
  public static func exp(_ x: Lanes) -> Lanes {
    let (low, high) = (Lanes(repeating: -87.33), Lanes(repeating: 88.37))
    // The library's own clamping and conversions go lane by lane.
    var clamped = x
    clamped.replace(with: low, where: x .< low)
    clamped.replace(with: high, where: x .> high)
    // Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low mantissa bits.
    let magic = Lanes(repeating: 12_582_912)
    let shifted = magic.addingProduct(clamped, Lanes(repeating: 1.442_695_04))
    let n = shifted - magic
    var r = clamped.addingProduct(n, Lanes(repeating: -0.693_359_375))
    r.addProduct(n, Lanes(repeating: 2.121_944_4e-4))
    var polynomial = Lanes(repeating: 1.398_199_950_7e-3)
      .addingProduct(r, Lanes(repeating: 1.987_569_15e-4))
    polynomial = Lanes(repeating: 8.333_451_907_3e-3).addingProduct(polynomial, r)
    polynomial = Lanes(repeating: 4.166_579_589_4e-2).addingProduct(polynomial, r)
    polynomial = Lanes(repeating: 1.666_666_545_9e-1).addingProduct(polynomial, r)
    polynomial = Lanes(repeating: 5.000_000_120_1e-1).addingProduct(polynomial, r)
    polynomial = (r + 1).addingProduct(polynomial, r * r)
    let power = Lanes(bitPatterns: (shifted.bitPatterns &+ 127) &<< 23)
    return (polynomial * power).replacing(with: 0, where: x .< low)
  }

  /// `1 / (1 + exp(-x))` lane by lane.
  @inlinable @inline(__always)
  public static func sigmoid(_ x: Lanes) -> Lanes { 1 / (1 + exp(-x)) }

  /// `tanh(x)` lane by lane, as `2 sigmoid(2 x) - 1`.
  ///
  /// The absolute error is below 1e-7; near 0 the relative error is larger.
  @inlinable @inline(__always)
  public static func tanh(_ x: Lanes) -> Lanes { 2 * sigmoid(2 * x) - 1 }
}
