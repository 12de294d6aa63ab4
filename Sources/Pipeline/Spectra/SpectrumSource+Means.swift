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
    case .meanOfFirst(let place): [Int](members(of: .mean).prefix(meanCounts[place]))
    }
  }

  /// How many examples the means are taken over that show whether a spectrum saturates.
  ///
  /// Powers of two from 1 on, and all; of those that are no controls.
  package var meanCounts: [Int] {
    let count = members(of: .mean).count
    var counts: [Int] = []
    var next = 1
    while next < count {
      counts.append(next)
      next *= 2
    }
    if count > 0 { counts.append(count) }
    return counts
  }

  /// All whose gradient that of an example is: the mean of one is that one.
  func sources(of example: Int, countsMeans: Bool) -> [SpectrumSource] {
    [.example(example)] + means.filter { members(of: $0) == [example] }
      + (countsMeans && members(of: .mean) == [example] ? [.meanOfFirst(0)] : [])
  }

  /// Where the mean over the first `count` examples stands among the counts, if `source` is the mean of
  /// those.
  func place(ofMeanOfFirst count: Int, in source: SpectrumSource) -> Int? {
    members(of: source) == members(of: .mean) ? meanCounts.firstIndex(of: count) : nil
  }

  /// The means of more than one gradient.
  var properMeans: [SpectrumSource] { means.filter { members(of: $0).count > 1 } }
}
