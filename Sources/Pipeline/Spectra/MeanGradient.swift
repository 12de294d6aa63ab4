import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients

extension GradientFile {
  /// Decomposes the mean of one module's gradients over the examples of one kind, or over all.
  ///
  /// Factors are read one example at a time; `OuterProductSum` bounds what is kept of them.
  ///
  /// - Parameters:
  ///   - source: Which mean.
  ///   - module: Index of the module.
  ///   - method: How many components are wanted.
  /// - Returns: The decomposition.
  /// - Throws: `SpectraError`, also for factors that are not finite.
  func meanGradient(
    _ source: SpectrumSource, module: Int, by method: FactoredSVD
  ) throws(SpectraError) -> DecomposedGradient {
    let mean = RunningMean(source, module: module, of: tables)
    let members = examples.members(of: source)
    for example in members {
      let factors = try SpectraError.ofFile { () throws(HDF5Error) in
        try self.factors(example: example, module: module)
      }
      try mean.add(
        input: factors.input, outputGradient: factors.outputGradient,
        of: GradientPlace(tables, .example(example), module: module))
    }
    return try mean.decomposed(over: members.count, of: tables, by: method)
  }
}
