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
    let cores = Array(cores.values)
    parallelFor(cores.count, threads: ComputeThreads.count) { cores[$0].refresh() }
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    let modules = configuration.linearModules(ofLayer: layer).filter { $0.site == site }
    let blocks = TokenBlocks(of: input.rows)
    let shares = modules.flatMap { module in
      (0..<blocks.count).compactMap { block in
        cores[module].map { GradientShare(module, $0, tokens: blocks[block]) }
      }
    }
    parallelFor(shares.count, threads: ComputeThreads.count) {
      shares[$0].find(input: input, outputGradient: outputGradient)
    }
    for share in shares { gradients[share.module]?.gradient.add(share.gradient) }
  }
}

/// Some tokens' share of a core's gradient, `(D U_r)ᵀ (X Vh_rᵀ)` of their rows.
private final class GradientShare {
  let module: LinearModule
  private let core: CoreParameters.Core
  private let tokens: Range<Int>
  private(set) var gradient: Matrix  // [r × r]

  init(_ module: LinearModule, _ core: CoreParameters.Core, tokens: Range<Int>) {
    self.module = module
    self.core = core
    self.tokens = tokens
    gradient = Matrix(uninitializedRows: core.core.rows, columns: core.core.columns)
  }

  func find(input: borrowing Matrix, outputGradient: borrowing Matrix) {
    let rank = core.subspace.rank
    var left = Matrix(uninitializedRows: tokens.count, columns: rank)
    let whole = left.wholeBlock
    left.multiply(
      outputGradient, Block(rows: tokens, columns: module.rows), by: core.subspace.left,
      core.subspace.left.wholeBlock, into: whole)
    var right = Matrix(uninitializedRows: tokens.count, columns: rank)
    right.multiply(
      input, Block(rows: tokens, columns: 0..<input.columns), by: core.subspace.right,
      core.subspace.right.wholeBlock, .transposed, into: whole)
    gradient.multiply(left, .transposed, by: right)
  }
}
