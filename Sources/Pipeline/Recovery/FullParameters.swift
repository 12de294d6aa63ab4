import LinearAlgebra
import Tokens
import Transformer

/// Every parameter of a model: linear weights, biases, norms, embedding and head; or the linear weights and
/// biases of some modules.
///
/// The model must be resident: its weights move in place.
final class FullParameters: TrainableParameters {
  private(set) var tensors: [TrainableTensor] = []
  private let model: LanguageModel
  /// The modules that move; nil for every parameter of the model.
  private let modules: Set<LinearModule>?
  private var linear: [LinearKey: (weight: TrainableTensor, bias: TrainableTensor?)] = [:]
  private var norms: [NormKey: TrainableTensor] = [:]
  private var embedding: TrainableTensor?
  private var head: TrainableTensor?

  private struct LinearKey: Hashable {
    let layer: Int
    let site: LinearSite
  }

  private struct NormKey: Hashable {
    let layer: Int?
    let norm: NormKind
  }

  var wantsAllParameters: Bool { modules == nil }

  /// Creates the parameters.
  ///
  /// - Parameters:
  ///   - model: Whose weights move.
  ///   - modules: The modules whose weights move; nil for every parameter.
  init(_ model: LanguageModel, modules: [LinearModule]? = nil) {
    self.model = model
    self.modules = modules.map { Set($0) }
    // Plans for a workload that moves the weights have no other.
    precondition(model.plan.weights == .resident, "weights that move must be in memory")
    if modules == nil { addOuter() }
    for index in 0..<model.configuration.layerCount {
      let layer = model.layer(index)
      for site in LinearSite.allCases where moves(index, site) {
        addLinear(index, site, layer[site])
      }
      if modules == nil { addNorms(of: layer, index) }
    }
  }

  private func moves(_ layer: Int, _ site: LinearSite) -> Bool {
    guard let modules else { return true }
    return modules.contains { $0.layer == layer && $0.site == site }
  }

  private func addOuter() {
    let outer = model.outer
    let embedding = Self.tensor(outer.embedding)
    let head = outer.head === outer.embedding ? embedding : Self.tensor(outer.head)
    tensors.append(embedding)
    if head !== embedding { tensors.append(head) }
    addNorm(nil, .final, columns: outer.finalNorm.columns) { $0(&outer.finalNorm) }
    self.embedding = embedding
    self.head = head
  }

  private static func tensor(_ table: TokenTable) -> TrainableTensor {
    TrainableTensor(rows: table.matrix.rows, columns: table.matrix.columns) { $0(&table.matrix) }
  }

  private func addLinear(_ layer: Int, _ site: LinearSite, _ linearWeight: LinearWeight) {
    let matrix = TrainableTensor(
      rows: linearWeight.matrix.rows, columns: linearWeight.matrix.columns
    ) { $0(&linearWeight.matrix) }
    var bias: TrainableTensor?
    if modules == nil, linearWeight.bias.count > 0 {
      bias = TrainableTensor(rows: 1, columns: linearWeight.bias.columns) { $0(&linearWeight.bias) }
    }
    linear[LinearKey(layer: layer, site: site)] = (matrix, bias)
    tensors += [matrix] + (bias.map { [$0] } ?? [])
  }

  private func addNorms(of layer: LayerWeights, _ index: Int) {
    for kind in NormKind.allCases {
      addNorm(index, kind, columns: layer[norm: kind].columns) { $0(&layer[norm: kind]) }
    }
  }

  /// A norm that the architecture lacks is empty and has no tensor.
  private func addNorm(
    _ layer: Int?, _ norm: NormKind, columns: Int, _ access: @escaping TrainableTensor.Access
  ) {
    guard columns > 0 else { return }
    let tensor = TrainableTensor(rows: 1, columns: columns, withValue: access)
    norms[NormKey(layer: layer, norm: norm)] = tensor
    tensors.append(tensor)
  }

  // MARK: Gradients

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    guard let target = linear[LinearKey(layer: layer, site: site)] else { return }
    for rows in rows(of: layer, site, all: outputGradient.columns) {
      target.weight.gradient.multiply(
        outputGradient, Block(rows: 0..<input.rows, columns: rows), .transposed, by: input,
        input.wholeBlock, into: Block(rows: rows, columns: 0..<input.columns), beta: 1)
    }
    if let bias = target.bias { bias.gradient.addSumOfRows(outputGradient) }
  }

  /// The rows of a site's weight that move.
  private func rows(of layer: Int, _ site: LinearSite, all count: Int) -> [Range<Int>] {
    guard let modules else { return [0..<count] }
    return model.configuration.linearModules(ofLayer: layer)
      .filter { $0.site == site && modules.contains($0) }.map(\.rows)
  }

  func observe(layer: Int?, norm: NormKind, gradient: borrowing Matrix) {
    norms[NormKey(layer: layer, norm: norm)]?.gradient.add(gradient)
  }

  func observe(embeddingOf tokens: [TokenID], gradient: borrowing Matrix) {
    for (index, token) in tokens.enumerated() {
      embedding?.gradient.addToRow(Int(token), gradient.row(index))
    }
  }

  func observe(headFrom logitGradient: borrowing Matrix, hidden: borrowing Matrix) {
    head?.gradient.multiply(logitGradient, .transposed, by: hidden, beta: 1)
  }
}

extension Matrix {
  /// Adds the sum of another matrix's rows to the only row.
  fileprivate mutating func addSumOfRows(_ other: borrowing Matrix) {
    for index in 0..<other.rows { addToRow(0, other.row(index)) }
  }

  fileprivate mutating func addToRow(_ index: Int, _ values: Span<Float>) {
    var row = mutableRow(index)
    update(&row, with: values) { $0 + $1 }
  }
}
