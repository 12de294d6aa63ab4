/// A quantile by linear interpolation between order statistics: type 7 of Hyndman and Fan, NumPy's default.
///
/// x₍ₖ₎ + (h - k)(x₍ₖ₊₁₎ - x₍ₖ₎) with h = (n - 1) p and k = ⌊h⌋, counted from 0. Of one value every quantile is
/// that value.
///
/// Source: Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996).
///
/// - Parameters:
///   - fraction: p, from 0 to 1.
///   - sorted: The values in ascending order.
/// - Returns: The quantile; nil without values, or for a fraction that is none.
public func quantile(_ fraction: Double, of sorted: [Double]) -> Double? {
  guard !sorted.isEmpty, (0...1).contains(fraction) else { return nil }
  let place = fraction * Double(sorted.count - 1)
  let below = Int(place)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
}
