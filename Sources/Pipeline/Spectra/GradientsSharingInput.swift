import HDF5
import LinearAlgebra
import SafetyGradients

extension GradientTables {
  /// Decomposes gradients of one example in modules that have the same input, as q_proj, k_proj and v_proj
  /// do.
  ///
  /// The row space of the input is found once.
  ///
  /// - Parameters:
  ///   - example: Index of the example.
  ///   - modules: Indices of the modules, at least one.
  ///   - input: X.
  ///   - method: How many components are wanted.
  ///   - outputGradient: Gives D of one of the modules, by its place among them.
  /// - Returns: A decomposition a module.
  /// - Throws: `SpectraError`, also for factors that are not finite; what `outputGradient` throws.
  func decompose(
    example: Int, modules: [Int], input: borrowing Matrix, by method: FactoredSVD,
    outputGradient: (Int) throws(SpectraError) -> Matrix
  ) throws(SpectraError) -> [DecomposedGradient] {
    let place = GradientPlace(self, .example(example), module: modules[0])
    try place.naming { () throws(LinearAlgebraError) in try input.requireFinite("input") }
    var shared = SharedRightFactor()
    var gradients: [DecomposedGradient] = []
    for (position, module) in modules.enumerated() {
      let outputGradient = try outputGradient(position)
      gradients.append(
        try DecomposedGradient(.example(example), module: module, of: self) {
          () throws(LinearAlgebraError) in
          try outputGradient.requireFinite("output gradient")
          return try shared.decompose(left: outputGradient, right: input, by: method)
        })
    }
    return gradients
  }
}

extension GradientFile {
  /// Reads and decomposes gradients of one example in modules that have the same input.
  ///
  /// - Parameters:
  ///   - example: Index of the example.
  ///   - modules: Indices of the modules, at least one.
  ///   - tables: Which gradients the file has.
  ///   - method: How many components are wanted.
  /// - Returns: A decomposition a module.
  /// - Throws: `SpectraError`, also for factors that are not finite.
  func gradientsSharingInput(
    example: Int, modules: [Int], of tables: GradientTables, by method: FactoredSVD
  ) throws(SpectraError) -> [DecomposedGradient] {
    let input = try SpectraError.ofFile { () throws(HDF5Error) in
      try self.input(example: example, module: modules[0])
    }
    return try tables.decompose(example: example, modules: modules, input: input, by: method) {
      (position) throws(SpectraError) in
      try SpectraError.ofFile { () throws(HDF5Error) in
        try self.outputGradient(example: example, module: modules[position])
      }
    }
  }
}
