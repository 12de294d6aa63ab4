import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients

extension GradientFile {
  /// Decomposes the mean of one module's gradients over the examples of one kind, or over all, and where
  /// they are wanted those over the first 1, 2, 4 and so on of them.
  ///
  /// Factors are read one example at a time; `OuterProductSum` bounds what is kept of them.
  ///
  /// - Parameters:
  ///   - source: Which mean.
  ///   - module: Index of the module.
  ///   - tables: Which gradients the file has.
  ///   - method: How many components are wanted.
  /// - Returns: The decompositions, that of all last.
  /// - Throws: `SpectraError`, also for factors that are not finite.
  func meanGradients(
    _ source: SpectrumSource, module: Int, of tables: GradientTables, by method: FactoredSVD
  ) throws(SpectraError) -> [DecomposedGradient] {
    let mean = RunningMean(source, module: module, of: tables, by: method)
    var gradients: [DecomposedGradient] = []
    for example in examples.members(of: source) {
      let factors = try SpectraError.ofFile { () throws(HDF5Error) in
        try self.factors(example: example, module: module)
      }
      gradients += try mean.add(
        input: factors.input, outputGradient: factors.outputGradient, example: example)
    }
    return gradients + [try mean.decomposed()]
  }
}
