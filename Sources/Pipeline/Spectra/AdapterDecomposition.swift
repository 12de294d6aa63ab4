import Checkpoints
import HDF5
import LinearAlgebra
import ResultFiles

/// The spectra of what a LoRA adapter adds to the weights, `dW = scale B A`: a product of factors, as a
/// gradient is.
///
/// The file has one example, the adapter, of no tokens and without a loss; its mean is itself. The
/// rank bound is the rank of the adapter where no row of B's transpose is zero.
public struct AdapterDecomposition {
  /// The weights that the adapter changes.
  public let modules: [GradientModule]
  /// The adapter as the one example of the file.
  public let example: GradientExample
  private let adapter: LoRAAdapter
  private let path: String

  /// Finds the weights.
  ///
  /// - Parameters:
  ///   - adapter: The adapter.
  ///   - path: Its folder.
  /// - Throws: `SpectraError.notInALayer` for a weight that is not of a decoder layer.
  public init(_ adapter: LoRAAdapter, path: String) throws(SpectraError) {
    var modules: [(key: String, module: GradientModule)] = []
    for name in adapter.moduleNames {
      guard let change = adapter.modules[name] else { continue }
      guard let module = GradientModule(adapted: name, change) else {
        throw .notInALayer(path: path, module: name)
      }
      modules.append((name, module))
    }
    // By layer as in other files; names sort 10 before 2.
    let sorted = modules.enumerated().sorted {
      ($0.element.module.layer, $0.offset) < ($1.element.module.layer, $1.offset)
    }
    self.modules = sorted.map(\.element.module)
    keys = sorted.map(\.element.key)
    example = GradientExample(id: path, tokenCount: 0, answerTokenCount: 0, loss: .nan)
    self.adapter = adapter
    self.path = path
  }

  private let keys: [String]

  /// Decomposes into a file, and completes that.
  ///
  /// - Parameters:
  ///   - rank: Number of components whose vectors are stored; 0 for none.
  ///   - writer: A new file for the same modules and example.
  /// - Returns: How it went.
  /// - Throws: `SpectraError`.
  public func decompose(rank: Int, into writer: consuming SpectraFileWriter) throws(SpectraError)
    -> DecompositionSummary
  {
    var output = DecompositionOutput(writer)
    let tables = GradientTables(path: path, examples: [example], modules: modules)
    for (index, key) in keys.enumerated() {
      guard let change = adapter.modules[key] else { continue }
      let gradient = try DecomposedGradient(.example(0), module: index, of: tables) {
        () throws(LinearAlgebraError) in
        var left = change.left.transposed()
        if change.scale < 0 { left.scale(by: -1) }
        return try FactoredSVD(rank: rank).decompose(left: left, right: change.right)
          .scaled(by: Double(change.scale.magnitude))
      }
      output.accept([gradient], at: index)
    }
    return try output.close()
  }
}

extension GradientModule {
  /// The module that an adapter calls `model.layers.0.self_attn.q_proj`; nil for one of no layer.
  fileprivate init?(adapted name: String, _ change: LowRankMatrix) {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let place = parts.firstIndex(of: "layers"), place + 2 < parts.count,
      let layer = Int(parts[place + 1]), layer >= 0, let projection = parts.last
    else { return nil }
    self.init(
      name: parts[place...].joined(separator: "."), layer: layer, projection: String(projection),
      outFeatures: change.left.rows, inFeatures: change.right.columns)
  }
}
