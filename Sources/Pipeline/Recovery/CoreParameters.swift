import LinearAlgebra
import OrderedCollections
import Synchronization
import Transformer

/// The rank-restricted update `ΔW = U_r C Vh_r`, of which only the r x r core C moves, from zero.
///
/// Its gradient is `U_rᵀ G Vh_rᵀ = (D U_r)ᵀ (X Vh_rᵀ)`, so G is never formed. U_r and Vh_r are
/// orthonormal, hence `||ΔW||_F = ||C||_F`. The result is the LoRA adapter A = Vh_r, B = U_r C.
final class CoreParameters: TrainableParameters {
  /// One module's fixed subspace, U_r and Vh_r, and its core.
  private final class Core {
    let subspace: LowRankMatrix
    /// C, [r × r].
    var matrix: Matrix

    init(_ subspace: LowRankMatrix) {
      self.subspace = subspace
      matrix = Matrix(rows: subspace.innerDimension, columns: subspace.innerDimension)
    }
  }

  private(set) var tensors: [TrainableTensor] = []
  private let model: LanguageModel
  private var cores: OrderedDictionary<LinearModule, Core> = [:]
  private var gradients: [LinearModule: TrainableTensor] = [:]

  init(_ model: LanguageModel, subspaces: ModuleMatrices) {
    self.model = model
    for (module, subspace) in subspaces {
      let core = Core(subspace)
      cores[module] = core
      let tensor = TrainableTensor(rows: core.matrix.rows, columns: core.matrix.columns) {
        $0(&core.matrix)
      }
      gradients[module] = tensor
      tensors.append(tensor)
    }
    didStep()
  }

  /// B = U_r C and A = Vh_r of each module.
  var updates: ModuleMatrices { model.updates }

  func didStep() {
    let moved = cores.values.map { MovedCore($0.subspace, $0.matrix.copy()) }
    parallelFor(moved.count) { moved[$0].multiply() }
    for (module, core) in zip(cores.keys, moved) { model.updates[module] = core.update }
  }

  /// Norm of the update over all modules and the largest rank of one, both from the cores.
  func updateSize() throws -> (norm: Double, rank: Int) {
    var squares = 0.0
    var rank = 0
    for core in cores.values {
      // ||U C Vh||_F = ||C||_F and rank(U C Vh) = rank(C), as U and Vh are orthonormal.
      let values = try FactoredSVD(rank: 0)
        .decompose(left: core.matrix, right: .identity(core.matrix.rows)).singularValues
      squares += values.reduce(0) { $0 + $1 * $1 }
      rank = max(rank, values.prefix { $0 > (values.first ?? 0) * 1e-6 }.count)
    }
    return (squares.squareRoot(), rank)
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    let modules = model.configuration.linearModules(ofLayer: layer).filter { $0.site == site }
    let blocks = TokenBlocks(of: input.rows)
    let shares = modules.flatMap { module in
      (0..<blocks.count).compactMap { block in
        cores[module].map { GradientShare(module, $0.subspace, tokens: blocks[block]) }
      }
    }
    parallelFor(shares.count) {
      shares[$0].find(input: input, outputGradient: outputGradient)
    }
    for share in shares { share.add(to: gradients[share.module]) }
  }
}

/// The update `U_r C Vh_r` of a core that has moved.
private final class MovedCore: Sendable {
  private let subspace: LowRankMatrix
  private let core: Matrix
  private let product = Mutex<LowRankMatrix?>(nil)

  init(_ subspace: LowRankMatrix, _ core: consuming Matrix) {
    self.subspace = subspace
    self.core = core
  }

  func multiply() {
    var left = Matrix(uninitializedRows: subspace.left.rows, columns: core.columns)
    left.multiply(subspace.left, by: core)
    let update = LowRankMatrix(left: left, right: subspace.right.copy())
    product.withLock { $0 = update }
  }

  var update: LowRankMatrix? { product.withLock { $0 } }
}

/// Some tokens' share of a core's gradient, `(D U_r)ᵀ (X Vh_rᵀ)` of their rows.
private final class GradientShare: Sendable {
  let module: LinearModule
  private let subspace: LowRankMatrix
  private let tokens: Range<Int>
  private let gradient = Mutex(Matrix(rows: 0, columns: 0))  // [r × r]

  init(_ module: LinearModule, _ subspace: LowRankMatrix, tokens: Range<Int>) {
    self.module = module
    self.subspace = subspace
    self.tokens = tokens
  }

  func find(input: borrowing Matrix, outputGradient: borrowing Matrix) {
    let rank = subspace.innerDimension
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
