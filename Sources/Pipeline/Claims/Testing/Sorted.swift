import Statistics

/// Values in ascending order, for quantiles.
struct Sorted {
  let values: [Double]

  init(_ values: [Double]) { self.values = values.filter { !$0.isNaN }.sorted() }

  /// The quantile of a share; nil without values.
  func quantile(_ share: Double) -> Double? { Statistics.quantile(share, of: values) }

  var median: Double? { quantile(0.5) }
}
