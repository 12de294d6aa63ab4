import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients

/// The mean of one module's gradients over all examples.
///
/// Factors are read one example at a time; `OuterProductSum` bounds what is kept of them.
final class MeanGradient: LoadedGradients {
  private let file: GradientFile
  private let module: Int
  private let sum: OuterProductSum

  /// Reads the factors of all examples.
  ///
  /// - Parameters:
  ///   - file: Where from.
  ///   - module: Index of the module.
  /// - Throws: `SpectraError`, also for factors that are not finite.
  init(reading file: GradientFile, module: Int) throws(SpectraError) {
    let features = file.modules[module]
    var sum = OuterProductSum(rows: features.outFeatures, columns: features.inFeatures)
    for example in file.examples.indices {
      let factors = try SpectraError.ofFile { () throws(HDF5Error) in
        try file.factors(example: example, module: module)
      }
      let place = GradientPlace(file, .example(example), module: module)
      try place.naming { () throws(LinearAlgebraError) in
        try sum.add(left: factors.outputGradient, right: factors.input)
      }
    }
    self.file = file
    self.module = module
    self.sum = sum
  }

  func decomposed(by method: FactoredSVD) throws(SpectraError) -> [DecomposedGradient] {
    let place = GradientPlace(file, .mean, module: module)
    let svd = try place.naming { () throws(LinearAlgebraError) in try method.decompose(sum) }
    let mean = svd.scaled(by: 1 / Double(max(file.examples.count, 1)))
    return [try DecomposedGradient(mean, .mean, module: module, of: file)]
  }
}
