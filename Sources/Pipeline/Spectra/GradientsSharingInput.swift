import HDF5
import LinearAlgebra
import SafetyGradients

/// Gradients of one example in modules that have the same input, as q_proj, k_proj and v_proj do.
///
/// The input is read once, and its row space found once.
final class GradientsSharingInput: LoadedGradients {
  private let file: GradientFile
  private let example: Int
  private let input: Matrix  // [tokens x in]
  private let outputGradients: [OutputGradient]

  /// Reads the factors.
  ///
  /// - Parameters:
  ///   - file: Where from.
  ///   - example: Index of the example.
  ///   - modules: Indices of the modules, at least one.
  /// - Throws: `SpectraError`, also for factors that are not finite.
  init(reading file: GradientFile, example: Int, modules: [Int]) throws(SpectraError) {
    let input = try SpectraError.ofFile { () throws(HDF5Error) in
      try file.input(example: example, module: modules[0])
    }
    let place = GradientPlace(file, .example(example), module: modules[0])
    try place.naming { () throws(LinearAlgebraError) in try input.requireFinite("input") }
    var outputGradients: [OutputGradient] = []
    for module in modules {
      outputGradients.append(try OutputGradient(reading: file, example: example, module: module))
    }
    self.file = file
    self.example = example
    self.input = input
    self.outputGradients = outputGradients
  }

  func decomposed(by method: FactoredSVD) throws(SpectraError) -> [DecomposedGradient] {
    var shared = SharedRightFactor(input.copy())
    var results: [DecomposedGradient] = []
    for gradient in outputGradients {
      let svd = try gradient.place.naming { () throws(LinearAlgebraError) in
        try shared.decompose(left: gradient.matrix, by: method)
      }
      results.append(try decomposed(svd, gradient))
    }
    return results
  }

  private func decomposed(
    _ svd: consuming TruncatedSVD, _ gradient: OutputGradient
  ) throws(SpectraError) -> DecomposedGradient {
    try DecomposedGradient(svd, .example(example), module: gradient.module, of: file)
  }
}

/// D of one module.
///
/// A class, since collections do not hold move-only values.
private final class OutputGradient: Sendable {
  let module: Int
  let place: GradientPlace
  let matrix: Matrix  // [tokens x out]

  init(reading file: GradientFile, example: Int, module: Int) throws(SpectraError) {
    let matrix = try SpectraError.ofFile { () throws(HDF5Error) in
      try file.outputGradient(example: example, module: module)
    }
    let place = GradientPlace(file, .example(example), module: module)
    try place.naming { () throws(LinearAlgebraError) in
      try matrix.requireFinite("output gradient")
    }
    self.module = module
    self.place = place
    self.matrix = matrix
  }
}
