import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients

extension GradientFile {
  /// Decomposes the mean of one module's gradients over all examples.
  ///
  /// Factors are read one example at a time; `OuterProductSum` bounds what is kept of them.
  ///
  /// - Parameters:
  ///   - module: Index of the module.
  ///   - method: How many components are wanted.
  /// - Returns: The decomposition.
  /// - Throws: `SpectraError`, also for factors that are not finite.
  func meanGradient(
    module: Int, by method: FactoredSVD
  ) throws(SpectraError) -> DecomposedGradient {
    var sum = OuterProductSum(
      rows: modules[module].outFeatures, columns: modules[module].inFeatures)
    for example in examples.indices {
      let factors = try SpectraError.ofFile { () throws(HDF5Error) in
        try self.factors(example: example, module: module)
      }
      let place = GradientPlace(self, .example(example), module: module)
      try place.naming { () throws(LinearAlgebraError) in
        try sum.add(left: factors.outputGradient, right: factors.input)
      }
    }
    let count = max(examples.count, 1)
    return try DecomposedGradient(.mean, module: module, of: self) {
      () throws(LinearAlgebraError) in
      try method.decompose(sum).scaled(by: 1 / Double(count))
    }
  }
}
