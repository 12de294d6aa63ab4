import ResultFiles

extension [GradientExample] {
  /// The means that are taken: that of all, or in a file with controls that of each kind.
  package var means: [SpectrumSource] {
    kinds.isEmpty ? [.mean] : kinds.map { .meanOfKind($0) }
  }

  /// The examples whose gradients a spectrum is of.
  ///
  /// - Parameter source: Whose gradient.
  /// - Returns: Indices, ascending.
  package func members(of source: SpectrumSource) -> [Int] {
    switch source {
    case .example(let index): [index]
    case .mean: indices(ofKind: kinds.isEmpty ? nil : GradientOrigin.example)
    case .meanOfKind(let kind): indices(ofKind: kind)
    }
  }

  /// All whose gradient that of an example is: the mean of one is that one.
  func sources(of example: Int) -> [SpectrumSource] {
    [.example(example)] + means.filter { members(of: $0) == [example] }
  }

  /// The means of more than one gradient.
  var properMeans: [SpectrumSource] { means.filter { members(of: $0).count > 1 } }
}
