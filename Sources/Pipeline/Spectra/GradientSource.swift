import HDF5
import LinearAlgebra
import SafetyGradients

/// A piece of work: what is read at once.
enum GradientSource {
  /// Gradients of one example whose modules share an input.
  case example(Int, modules: [Int])
  /// A mean of one module's gradients.
  case mean(SpectrumSource, module: Int)

  /// All pieces, in the order of the file; the mean of one example needs none of its own.
  static func all(of file: GradientFile) throws(SpectraError) -> [GradientSource] {
    guard !file.examples.isEmpty, !file.modules.isEmpty else {
      let table = file.examples.isEmpty ? "example" : "module"
      throw .file(
        .invalidValue(path: "\(file.path):/\(table)", expected: "one at least", found: "none"))
    }
    var sources: [GradientSource] = []
    for example in file.examples.indices {
      let groups = try SpectraError.ofFile { () throws(HDF5Error) in
        try file.modulesSharingInput(example: example)
      }
      sources += groups.map { GradientSource.example(example, modules: $0) }
    }
    for mean in file.examples.properMeans {
      sources += file.modules.indices.map { .mean(mean, module: $0) }
    }
    return sources
  }

  /// Number of gradients.
  var count: Int {
    switch self {
    case .example(_, let modules): modules.count
    case .mean: 1
    }
  }

  /// Reads the factors and decomposes them.
  ///
  /// - Parameters:
  ///   - file: Where from.
  ///   - tables: Which gradients it has.
  ///   - method: How many components are wanted.
  /// - Returns: The decompositions, in the order of the file.
  /// - Throws: `SpectraError`, also for factors that are not finite.
  func decomposed(
    from file: GradientFile, _ tables: GradientTables, by method: FactoredSVD
  ) throws(SpectraError) -> [DecomposedGradient] {
    switch self {
    case .example(let example, let modules):
      try file.gradientsSharingInput(
        example: example, modules: modules, of: tables, by: method)
    case .mean(let source, let module):
      try file.meanGradients(source, module: module, of: tables, by: method)
    }
  }
}
