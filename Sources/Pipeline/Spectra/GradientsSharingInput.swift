import HDF5
import LinearAlgebra
import SafetyGradients

extension GradientFile {
  /// Decomposes gradients of one example in modules that have the same input, as q_proj, k_proj and v_proj
  /// do.
  ///
  /// The input is read once, and its row space found once.
  ///
  /// - Parameters:
  ///   - example: Index of the example.
  ///   - modules: Indices of the modules, at least one.
  ///   - method: How many components are wanted.
  /// - Returns: A decomposition a module.
  /// - Throws: `SpectraError`, also for factors that are not finite.
  func gradientsSharingInput(
    example: Int, modules: [Int], by method: FactoredSVD
  ) throws(SpectraError) -> [DecomposedGradient] {
    let input = try SpectraError.ofFile { () throws(HDF5Error) in
      try self.input(example: example, module: modules[0])
    }
    let place = GradientPlace(tables, .example(example), module: modules[0])
    try place.naming { () throws(LinearAlgebraError) in try input.requireFinite("input") }
    var shared = SharedRightFactor()
    var gradients: [DecomposedGradient] = []
    for module in modules {
      let outputGradient = try SpectraError.ofFile { () throws(HDF5Error) in
        try self.outputGradient(example: example, module: module)
      }
      gradients.append(
        try DecomposedGradient(.example(example), module: module, of: tables) {
          () throws(LinearAlgebraError) in
          try outputGradient.requireFinite("output gradient")
          return try shared.decompose(left: outputGradient, right: input, by: method)
        })
    }
    return gradients
  }
}
