import LinearAlgebra
import ResultFiles
import Synchronization

/// The mean of one module's gradients, which is built up as they arise.
final class RunningMean: Sendable {
  let source: SpectrumSource
  let module: Int
  private let gradients: GradientTables
  private let method: FactoredSVD
  private let state: Mutex<State>

  private struct State: ~Copyable {
    var sum: OuterProductSum
    var count = 0
  }

  /// Begins with nothing.
  ///
  /// - Parameters:
  ///   - source: Which mean.
  ///   - module: Index of the module.
  ///   - gradients: All gradients.
  ///   - method: How many components are wanted.
  init(
    _ source: SpectrumSource, module: Int, of gradients: GradientTables, by method: FactoredSVD
  ) {
    self.source = source
    self.module = module
    self.gradients = gradients
    self.method = method
    let shape = gradients.modules[module]
    state = Mutex(
      State(sum: OuterProductSum(rows: shape.outFeatures, columns: shape.inFeatures)))
  }

  /// Adds the gradient of an example.
  ///
  /// - Parameters:
  ///   - input: X.
  ///   - outputGradient: D.
  ///   - example: Index of the example.
  /// - Returns: The values of the mean so far, where it is one of those over the first 1, 2, 4, ... that
  ///   are wanted.
  /// - Throws: `SpectraError`, also for factors that are not finite.
  func add(
    input: borrowing Matrix, outputGradient: borrowing Matrix, example: Int
  ) throws(SpectraError) -> [DecomposedGradient] {
    try state.withLock { state throws(SpectraError) in
      let place = GradientPlace(gradients, .example(example), module: module)
      try place.naming { () throws(LinearAlgebraError) in
        try state.sum.add(left: outputGradient, right: input)
      }
      state.count += 1
      guard gradients.countsMeans,
        let place = gradients.examples.place(ofMeanOfFirst: state.count, in: source)
      else { return [] }
      return [
        try Self.decomposed(state, .meanOfFirst(place), module, gradients, FactoredSVD(rank: 0))
      ]
    }
  }

  /// Decomposes the mean of what has been added.
  ///
  /// - Returns: The decomposition.
  /// - Throws: `SpectraError`.
  func decomposed() throws(SpectraError) -> DecomposedGradient {
    try state.withLock { state throws(SpectraError) in
      try Self.decomposed(state, source, module, gradients, method)
    }
  }

  private static func decomposed(
    _ state: borrowing State, _ source: SpectrumSource, _ module: Int,
    _ gradients: GradientTables, _ method: FactoredSVD
  ) throws(SpectraError) -> DecomposedGradient {
    try DecomposedGradient(source, module: module, of: gradients) {
      () throws(LinearAlgebraError) in
      try method.decompose(state.sum).scaled(by: 1 / Double(max(state.count, 1)))
    }
  }
}
