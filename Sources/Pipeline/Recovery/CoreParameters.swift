import LinearAlgebra
import Synchronization
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
    let factors = cores.map { LeftFactor(of: $0) }
    parallelFor(factors.count) { factors[$0].find() }
    for (core, factor) in zip(cores, factors) { core.update.left = factor.take() }
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    let modules = configuration.linearModules(ofLayer: layer).filter { $0.site == site }
    let blocks = TokenBlocks(of: input.rows)
    let shares = modules.flatMap { module in
      (0..<blocks.count).compactMap { block in
        cores[module].map { GradientShare(module, $0.subspace, tokens: blocks[block]) }
      }
    }
    parallelFor(shares.count) { shares[$0].find(input: input, outputGradient: outputGradient) }
    for share in shares { share.add(to: gradients[share.module]) }
  }
}

/// B = U_r C of a core that has moved, which takes the place of the one before.
private final class LeftFactor: Sendable {
  private let subspace: Subspace
  private let core: Matrix
  private let left: Mutex<Matrix>

  init(of core: CoreParameters.Core) {
    subspace = core.subspace
    self.core = core.core.copy()
    left = Mutex(core.update.left.take())
  }

  func find() { left.withLock { $0.multiply(subspace.left, by: core) } }

  func take() -> Matrix { left.withLock { $0.take() } }
}

/// Some tokens' share of a core's gradient, `(D U_r)ᵀ (X Vh_rᵀ)` of their rows.
private final class GradientShare: Sendable {
  let module: LinearModule
  private let subspace: Subspace
  private let tokens: Range<Int>
  private let gradient = Mutex(Matrix(rows: 0, columns: 0))  // [r × r]

  init(_ module: LinearModule, _ subspace: Subspace, tokens: Range<Int>) {
    self.module = module
    self.subspace = subspace
    self.tokens = tokens
  }

  func find(input: borrowing Matrix, outputGradient: borrowing Matrix) {
    let rank = subspace.rank
    var left = Matrix(uninitializedRows: tokens.count, columns: rank)
    let whole = left.wholeBlock
    left.multiply(
      outputGradient, Block(rows: tokens, columns: module.rows), by: subspace.left,
      subspace.left.wholeBlock, into: whole)
    var right = Matrix(uninitializedRows: tokens.count, columns: rank)
    right.multiply(
      input, Block(rows: tokens, columns: 0..<input.columns), by: subspace.right,
      subspace.right.wholeBlock, .transposed, into: whole)
    gradient.withLock { gradient in
      gradient = Matrix(uninitializedRows: rank, columns: rank)
      gradient.multiply(left, .transposed, by: right)
    }
  }

  func add(to tensor: TrainableTensor?) { gradient.withLock { tensor?.gradient.add($0) } }
}
