import ResultFiles
import SafetyGradients

/// Which gradients are decomposed.
struct GradientTables: Sendable {
  /// Where they come from, for errors.
  let path: String
  /// The examples.
  let examples: [GradientExample]
  /// The weights that have gradients.
  let modules: [GradientModule]
  /// Whether means over the first 1, 2, 4 and so on of the examples are wanted.
  var countsMeans = false

  /// Number of singular values of a gradient, those included that are zero because rows of the
  /// factors are: min(tokens, out, in).
  func componentCount(_ source: SpectrumSource, module: Int) -> Int {
    let tokens = examples.members(of: source).reduce(0) { $0 + examples[$1].tokenCount }
    return min(tokens, modules[module].outFeatures, modules[module].inFeatures)
  }
}

extension GradientFile {
  /// Which gradients the file has.
  func tables(countsMeans: Bool) -> GradientTables {
    GradientTables(path: path, examples: examples, modules: modules, countsMeans: countsMeans)
  }
}
