import HDF5
import LinearAlgebra
import OrderedCollections
import ResultFiles
import Tokens

extension FileFormat {
  /// Factors of the gradients of single examples.
  package static let gradients = FileFormat(name: "suture-gradients", version: 1)
}

/// The two factors of a weight's gradient `G = Dᵀ X`.
public struct GradientFactors: ~Copyable {
  /// X, the inputs of the module [tokens x in].
  public let input: Matrix
  /// D, the gradient of the loss in its outputs [tokens x out].
  public let outputGradient: Matrix

  /// Creates the pair.
  ///
  /// - Parameters:
  ///   - input: X [tokens x in].
  ///   - outputGradient: D [tokens x out].
  public init(input: consuming Matrix, outputGradient: consuming Matrix) {
    self.input = input
    self.outputGradient = outputGradient
  }
}

/// A `suture-gradients` file that is open for reading; see `GradientFileWriter` for its layout.
///
/// The tables of examples and modules are read and checked at once, factors when they are asked for.
public final class GradientFile: Sendable {
  /// The file's path.
  public let path: String
  /// Where the numbers come from.
  public let provenance: Provenance
  /// The weights that have gradients.
  public let modules: [GradientModule]
  /// The examples.
  public let examples: [GradientExample]
  private let file: StoredFile

  /// Opens a file and reads its tables.
  ///
  /// - Parameter path: Where.
  /// - Throws: `HDF5Error`; `invalidValue` when it is of another format or version.
  public init(opening path: String) throws(HDF5Error) {
    let file = try StoredFile(opening: path)
    let tables = try ResultTables(of: .gradients, from: file.root)
    self.path = path
    provenance = tables.provenance
    modules = tables.modules
    examples = tables.examples
    self.file = file
  }

  /// The factors of one module's gradient.
  ///
  /// - Parameters:
  ///   - example: Index of the example.
  ///   - module: Index of the module.
  /// - Returns: X and D.
  /// - Throws: `HDF5Error`; `unexpectedShape` when they do not fit the tables.
  public func factors(example: Int, module: Int) throws(HDF5Error) -> GradientFactors {
    GradientFactors(
      input: try input(example: example, module: module),
      outputGradient: try outputGradient(example: example, module: module))
  }

  /// X, the inputs of a module [tokens x in].
  ///
  /// - Parameters:
  ///   - example: Index of the example.
  ///   - module: Index of the module.
  /// - Returns: X.
  /// - Throws: `HDF5Error`; `unexpectedShape` when it does not fit the tables.
  public func input(example: Int, module: Int) throws(HDF5Error) -> Matrix {
    let dataset = try file.root.dataset(factorPath(example, module) + "/input")
    try dataset.require(
      shape: [examples[example].tokenCount, modules[module].inFeatures], "[tokens, in_features]")
    return try dataset.readMatrix()
  }

  /// D, the gradient of the loss in a module's outputs [tokens x out].
  ///
  /// - Parameters:
  ///   - example: Index of the example.
  ///   - module: Index of the module.
  /// - Returns: D.
  /// - Throws: `HDF5Error`; `unexpectedShape` when it does not fit the tables.
  public func outputGradient(example: Int, module: Int) throws(HDF5Error) -> Matrix {
    let dataset = try file.root.dataset(factorPath(example, module) + "/output_gradient")
    try dataset.require(
      shape: [examples[example].tokenCount, modules[module].outFeatures], "[tokens, out_features]")
    return try dataset.readMatrix()
  }

  /// The modules of an example, those with the very same stored inputs together.
  ///
  /// Groups and their members keep the order of the file, so that a factorisation of the inputs can
  /// be made once a group.
  ///
  /// - Parameter example: Index of the example.
  /// - Returns: Indices of modules.
  /// - Throws: `HDF5Error`.
  public func modulesSharingInput(example: Int) throws(HDF5Error) -> [[Int]] {
    var groups: OrderedDictionary<UInt64, [Int]> = [:]
    for module in modules.indices {
      let address = try file.root.dataset(factorPath(example, module) + "/input").objectAddress
      groups[address, default: []].append(module)
    }
    return Array(groups.values)
  }

  /// The tokens of an example.
  ///
  /// - Parameter example: Index of the example.
  /// - Returns: Identifiers of the vocabulary.
  /// - Throws: `HDF5Error`.
  public func tokens(example: Int) throws(HDF5Error) -> [TokenID] {
    let dataset = try file.root.dataset("factors/\(example)/tokens")
    try dataset.require(shape: [examples[example].tokenCount], "[tokens]")
    return try dataset.read()
  }

  /// Which tokens of an example carry loss.
  ///
  /// - Parameter example: Index of the example.
  /// - Returns: A flag a token.
  /// - Throws: `HDF5Error`.
  public func answerMask(example: Int) throws(HDF5Error) -> [Bool] {
    let dataset = try file.root.dataset("factors/\(example)/answer_mask")
    try dataset.require(shape: [examples[example].tokenCount], "[tokens]")
    return try dataset.read(as: UInt8.self).map { $0 != 0 }
  }

  /// The tokens of an example with their mask and, where the file has it, text.
  ///
  /// - Parameter example: Index of the example.
  /// - Returns: The tokens, or nil in a file without.
  /// - Throws: `HDF5Error`.
  package func exampleTokens(_ example: Int) throws(HDF5Error) -> ExampleTokens? {
    guard try file.root.contains("factors/\(example)/tokens"),
      try file.root.contains("factors/\(example)/answer_mask")
    else { return nil }
    let path = "factors/\(example)/token_text"
    let texts =
      try file.root.contains(path)
      ? try file.root.textColumn(path, count: examples[example].tokenCount) : nil
    return ExampleTokens(
      ids: try tokens(example: example), answerMask: try answerMask(example: example), texts: texts)
  }

  /// What an example's gradient has to predict, where that is not the tokens themselves.
  ///
  /// - Parameter example: Index of the example.
  /// - Returns: One a token, -100 where it carries no loss; nil when it is the tokens.
  /// - Throws: `HDF5Error`.
  public func labels(example: Int) throws(HDF5Error) -> [TokenID]? {
    let path = "factors/\(example)/labels"
    guard try file.root.contains(path) else { return nil }
    let dataset = try file.root.dataset(path)
    try dataset.require(shape: [examples[example].tokenCount], "[tokens]")
    return try dataset.read()
  }

  private func factorPath(_ example: Int, _ module: Int) -> String {
    "factors/\(example)/\(modules[module].name)"
  }
}
