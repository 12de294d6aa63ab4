/// The standard error of the mean of independent values: s / √n, s² = Σ (xᵢ - x̄)² / (n - 1).
///
/// Source: the central limit theorem; `stderr` of inspect_ai and of lm-evaluation-harness.
///
/// - Parameter values: The values.
/// - Returns: The standard error; nil for fewer than two values, which show no spread.
public func standardErrorOfMean(_ values: [Double]) -> Double? {
  guard values.count > 1 else { return nil }
  let n = Double(values.count)
  let mean = values.reduce(0, +) / n
  let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (squares / (n - 1) / n).squareRoot()
}

/// The standard error of the mean of values that hang together in clusters.
///
/// √(C / (C - 1) Σ_c (Σ_{i in c} (xᵢ - x̄))²) / n, with C clusters of n values in all. With every value a
/// cluster it is that of independent values.
///
/// Source: Miller, "Adding error bars to evals" (arXiv 2411.00640), appendix A, with the correction for
/// few clusters of inspect_ai's `stderr`; the covariance `cluster` of statsmodels.
///
/// - Parameters:
///   - values: The values.
///   - clusters: The cluster of each.
/// - Returns: The standard error; nil for fewer than two clusters, or as many names as there are no values.
public func standardErrorOfMean<Cluster: Hashable>(
  _ values: [Double], clusters: [Cluster]
) -> Double? {
  guard values.count == clusters.count else { return nil }
  let n = Double(values.count)
  let mean = values.reduce(0, +) / n
  var sums: [Cluster: Double] = [:]
  var order: [Cluster] = []
  for (value, cluster) in zip(values, clusters) {
    if sums[cluster] == nil { order.append(cluster) }
    sums[cluster, default: 0] += value - mean
  }
  guard order.count > 1 else { return nil }
  // In the order of the values, so that the same values always add up to the same sum.
  let squares = order.reduce(0) { $0 + (sums[$1] ?? 0) * (sums[$1] ?? 0) }
  let count = Double(order.count)
  return (count / (count - 1) * squares).squareRoot() / n
}
