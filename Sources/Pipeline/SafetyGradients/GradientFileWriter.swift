import HDF5
import LinearAlgebra
import ResultFiles
import Tokens

/// Writes a `suture-gradients` file, one example after the other or several side by side.
///
/// ```
/// /example /token_count /answer_token_count /loss                     [E]
/// /kind /source                                                       [E]       with controls
/// /module /layer /projection /out_features /in_features               [M]
/// /factors/<example index>/tokens /answer_mask /token_text            [T]       text where it is known
/// /factors/<example index>/labels                                     [T]       with controls
/// /factors/<example index>/<module>/input                             [T, in]   X
/// /factors/<example index>/<module>/output_gradient                   [T, out]  D
/// ```
/// Labels are there where a control predicts other tokens than those that are read: -100 where a
/// position carries no loss. The gradient of a module's weight is `G = Dᵀ X`. Modules of an example may come in any order, as
/// the backward pass delivers the last layer first. No factor is kept in memory.
public struct GradientFileWriter: ~Copyable {
  /// The modules, in the order of the file.
  public let modules: [GradientModule]
  private let file: File
  private let examples: [Example]
  private let text: ((TokenID) -> String)?
  private let origins: [GradientOrigin]?
  private var unfinished: Set<Int> = []

  /// Creates a file; one of that name is overwritten.
  ///
  /// - Parameters:
  ///   - path: Where.
  ///   - provenance: Where the numbers come from.
  ///   - modules: The weights that have gradients.
  ///   - examples: The examples, whose losses are not known yet.
  ///   - origins: Which example each is or belongs to, in a file with controls.
  ///   - text: What a token stands for, for people; nil without a tokenizer.
  /// - Throws: `HDF5Error.cannotCreate`, `HDF5Error.callFailed`.
  public init(
    creating path: String, provenance: Provenance, modules: [GradientModule], examples: [Example],
    origins: [GradientOrigin]? = nil, text: ((TokenID) -> String)? = nil
  ) throws(HDF5Error) {
    let file = try File(creating: path)
    let rows = examples.enumerated().map { index, example in
      GradientExample(
        id: example.id, tokenCount: example.tokens.count,
        answerTokenCount: example.answerTokenCount, loss: .nan, origin: origins?[index])
    }
    try ResultTables(provenance: provenance, modules: modules, examples: rows)
      .write(as: .gradients, to: file.root)
    try file.root.setCoordinates(GradientModule.columns)
    _ = try file.root.createGroup("factors")
    self.file = file
    self.modules = modules
    self.examples = examples
    self.text = text
    self.origins = origins
  }

  /// Begins an example.
  ///
  /// - Parameter example: Its index, from 0; each one once.
  /// - Throws: `HDF5Error.callFailed`.
  public mutating func beginExample(_ example: Int) throws(HDF5Error) {
    let group = try file.root.createGroup("factors/\(example)")
    try group.write(examples[example].tokens, as: "tokens")
    try group.write(examples[example].answerMask.map { UInt8($0 ? 1 : 0) }, as: "answer_mask")
    if let text {
      let texts = examples[example].tokens.map { ExampleTokens.storable(text($0)) }
      try group.write(texts, as: "token_text")
    }
    if let origins, origins[example].kind != GradientOrigin.example,
      let labels = examples[example].otherLabels
    {
      try group.write(labels, as: "labels")
    }
    unfinished.insert(example)
  }

  /// Writes the factors of one module's gradient.
  ///
  /// - Parameters:
  ///   - example: An example that was begun.
  ///   - module: Index of the module.
  ///   - input: X, the inputs of the module [tokens x in].
  ///   - outputGradient: D, the gradient of the loss in its outputs [tokens x out].
  /// - Throws: `HDF5Error.callFailed`.
  public mutating func write(
    example: Int, module: Int, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) throws(HDF5Error) {
    let group = try createGroup(example, module)
    precondition(input.columns == modules[module].inFeatures, "\(input.columns) input features")
    try group.write(input, as: "input")
    try write(outputGradient, of: module, to: group)
  }

  /// Writes the factors of one module's gradient whose inputs are those of another module.
  ///
  /// The inputs are not stored again but linked to.
  ///
  /// - Parameters:
  ///   - example: An example that was begun.
  ///   - module: Index of the module.
  ///   - other: Index of the module that has the same inputs and was written before.
  ///   - outputGradient: D, the gradient of the loss in its outputs [tokens x out].
  /// - Throws: `HDF5Error.callFailed`.
  public mutating func write(
    example: Int, module: Int, sharingInputOf other: Int, outputGradient: borrowing Matrix
  ) throws(HDF5Error) {
    precondition(
      modules[module].inFeatures == modules[other].inFeatures,
      "\(modules[module].name) cannot share the inputs of \(modules[other].name)")
    let group = try createGroup(example, module)
    try group.link("input", to: "/factors/\(example)/\(modules[other].name)/input")
    try write(outputGradient, of: module, to: group)
  }

  /// Finishes an example that was begun.
  ///
  /// - Parameters:
  ///   - example: Its index.
  ///   - loss: Mean negative log-likelihood of its answer tokens.
  /// - Throws: `HDF5Error.callFailed`.
  public mutating func finishExample(_ example: Int, loss: Double) throws(HDF5Error) {
    precondition(unfinished.remove(example) != nil, "example \(example) was not begun")
    let place = Hyperslab(origin: [example], extent: [1])
    try file.root.dataset("loss").write([loss], to: place)
  }

  /// Completes the file and closes it.
  ///
  /// - Throws: `HDF5Error.callFailed`, as when the disk is full.
  public consuming func close() throws(HDF5Error) {
    precondition(unfinished.isEmpty, "an example is not finished")
    try file.close()
  }

  private func createGroup(_ example: Int, _ module: Int) throws(HDF5Error) -> Group {
    precondition(unfinished.contains(example), "example \(example) was not begun")
    return try file.root.createGroup("factors/\(example)/\(modules[module].name)")
  }

  private func write(_ outputGradient: borrowing Matrix, of module: Int, to group: borrowing Group)
    throws(HDF5Error)
  {
    precondition(
      outputGradient.columns == modules[module].outFeatures,
      "\(outputGradient.columns) output features")
    try group.write(outputGradient, as: "output_gradient")
  }
}

extension Example {
  /// What is to be predicted where it is not what is read, as Hugging Face writes it.
  fileprivate var otherLabels: [TokenID]? {
    let places = answerPlaces
    guard places.contains(where: { targets[$0] != tokens[$0] }) else { return nil }
    var labels = [TokenID](repeating: -100, count: tokens.count)
    for place in places { labels[place] = targets[place] }
    return labels
  }
}
