import LinearAlgebra
import Transformer

/// The rank-restricted update `ΔW = U_r C Vh_r`, of which only the r x r core C moves, from zero.
///
/// Its gradient is `U_rᵀ G Vh_rᵀ = (D U_r)ᵀ (X Vh_rᵀ)`, so G is never formed. U_r and Vh_r are
/// orthonormal, hence `||ΔW||_F = ||C||_F`. The result is the LoRA adapter A = Vh_r, B = U_r C.
final class CoreParameters: TrainableParameters {
  /// One module's fixed subspace and its core.
  final class Core {
    let subspace: Subspace
    /// C, [r × r].
    var core: Matrix
    /// Holds B = U_r C and A = Vh_r.
    let update: LowRankUpdate

    init(_ subspace: Subspace) {
      self.subspace = subspace
      core = Matrix(rows: subspace.rank, columns: subspace.rank)
      update = LowRankUpdate(
        left: Matrix(rows: subspace.left.rows, columns: subspace.rank),
        right: subspace.right.copy())
    }

    func refresh() { update.left.multiply(subspace.left, by: core) }
  }

  private(set) var tensors: [TrainableTensor] = []
  let updates: ModuleUpdates
  private(set) var cores: [LinearModule: Core] = [:]
  private var gradients: [LinearModule: TrainableTensor] = [:]
  private let configuration: ModelConfiguration

  init(_ model: LanguageModel, subspaces: [(module: LinearModule, subspace: Subspace)]) {
    configuration = model.configuration
    updates = ModuleUpdates()
    for (module, subspace) in subspaces {
      let core = Core(subspace)
      cores[module] = core
      model.attach(core.update, to: module)
      updates.append(module, core.update)
      let tensor = TrainableTensor(rows: core.core.rows, columns: core.core.columns) {
        $0(&core.core)
      }
      gradients[module] = tensor
      tensors.append(tensor)
    }
  }

  func didStep() {
    for core in cores.values { core.refresh() }
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    for module in configuration.linearModules(ofLayer: layer) where module.site == site {
      guard let core = cores[module], let tensor = gradients[module] else { continue }
      let rank = core.core.rows
      var left = Matrix(uninitializedRows: input.rows, columns: rank)
      let whole = left.wholeBlock
      left.multiply(
        outputGradient, Block(rows: 0..<input.rows, columns: module.rows), by: core.subspace.left,
        core.subspace.left.wholeBlock, into: whole)
      var right = Matrix(uninitializedRows: input.rows, columns: rank)
      right.multiply(input, by: core.update.right, .transposed)
      tensor.gradient.multiply(left, .transposed, by: right, beta: 1)
    }
  }
}
