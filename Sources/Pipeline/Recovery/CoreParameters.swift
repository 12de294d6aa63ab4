import LinearAlgebra
import OrderedCollections
import Synchronization
import Transformer

/// The rank-restricted update `ΔW = U_r C Vh_r`, of which only the core C moves, from zero.
///
/// Its gradient is `U_rᵀ G Vh_rᵀ = (D U_r)ᵀ (X Vh_rᵀ)`, so G is never formed. The result is the LoRA
/// adapter A = Vh_r, B = U_r C. With `Sides.left` or `.right` only one of the two bases restricts C. What
/// was learnt in earlier bases stays, as a product beside it.
final class CoreParameters: LowRankParameters {
  /// One module's fixed subspace, U_r and Vh_r, and its core.
  private final class Core {
    let subspace: LowRankMatrix
    /// What was learnt before in other bases.
    let past: LowRankMatrix?
    var matrix: Matrix

    init(_ subspace: LowRankMatrix, _ sides: Sides, past: LowRankMatrix?) {
      self.subspace = subspace
      self.past = past
      let (rows, columns) = sides.coreShape(of: subspace)
      matrix = Matrix(rows: rows, columns: columns)
    }
  }

  private(set) var tensors: [TrainableTensor] = []
  let model: LanguageModel
  private let sides: Sides
  private var cores: OrderedDictionary<LinearModule, Core> = [:]
  private var gradients: [LinearModule: TrainableTensor] = [:]
  /// The update before it was multiplied.
  var unscaled: ModuleMatrices?

  /// Creates cores of zero.
  ///
  /// - Parameters:
  ///   - model: It gets the updates.
  ///   - subspaces: Where they move.
  ///   - sides: Which of the bases restrict them.
  ///   - rankAsked: r where a first step is to be measured by it, also in a module that has fewer
  ///     components; nil for each module's own.
  ///   - past: What was learnt in other bases, and stays.
  init(
    _ model: LanguageModel, subspaces: ModuleMatrices, sides: Sides = .both,
    rankAsked: Int? = nil, past: ModuleMatrices = [:]
  ) {
    self.model = model
    self.sides = sides
    for (module, subspace) in subspaces {
      let core = Core(subspace, sides, past: past[module])
      cores[module] = core
      let (rows, columns) = (core.matrix.rows, core.matrix.columns)
      // The side that is as wide as the rank counts as wide as the rank asked for.
      let entries = rankAsked.map {
        Double(sides == .right ? rows : $0) * Double(sides == .left ? columns : $0)
      }
      let tensor = TrainableTensor(
        rows: rows, columns: columns, stepDivisor: entries?.squareRoot()
      ) { $0(&core.matrix) }
      gradients[module] = tensor
      tensors.append(tensor)
    }
    for (module, update) in past where cores[module] == nil { model.updates[module] = update }
    didStep()
  }

  func didStep() {
    let moved = cores.values.map { MovedCore($0.subspace, sides, $0.matrix.copy(), past: $0.past) }
    parallelFor(moved.count) { moved[$0].multiply() }
    for (module, core) in zip(cores.keys, moved) { model.updates[module] = core.update }
  }

  /// Entries below the float32 noise of a core's gradient are zero.
  ///
  /// In its own subspace the gradient of C is diagonal at first. What the products leave beside the
  /// diagonal is rounding, another on every processor, and AdamW would make steps of it as long as the
  /// others.
  func didCollectGradients() {
    guard sides == .both else { return }
    for tensor in tensors { tensor.gradient.dropNoise() }
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    let modules = model.configuration.linearModules(ofLayer: layer).filter { $0.site == site }
    let blocks = TokenBlocks(of: input.rows)
    let shares = modules.flatMap { module in
      (0..<blocks.count).compactMap { block in
        cores[module].map { GradientShare(module, $0.subspace, sides, tokens: blocks[block]) }
      }
    }
    parallelFor(shares.count) {
      shares[$0].find(input: input, outputGradient: outputGradient)
    }
    for share in shares { share.add(to: gradients[share.module]) }
  }
}

extension Matrix {
  /// Puts zeros in the place of entries below 1e-6 of the largest.
  fileprivate mutating func dropNoise() {
    var largest: Float = 0
    let values = elements
    for value in values { largest = max(largest, abs(value)) }
    let threshold = largest * 1e-6
    guard values.contains(where: { $0 != 0 && abs($0) < threshold }) else { return }
    self = Matrix(
      rows: rows, columns: columns, elements: values.map { abs($0) < threshold ? 0 : $0 })
  }
}

/// The update of a core that has moved.
private final class MovedCore: Sendable {
  private let subspace: LowRankMatrix
  private let sides: Sides
  private let core: Matrix
  private let past: LowRankMatrix?
  private let product = Mutex<LowRankMatrix?>(nil)

  init(
    _ subspace: LowRankMatrix, _ sides: Sides, _ core: consuming Matrix, past: LowRankMatrix?
  ) {
    self.subspace = subspace
    self.sides = sides
    self.core = core
    self.past = past
  }

  func multiply() {
    let own = sides.update(subspace, core: core)
    let update = past.map { $0.adding(own) } ?? own
    product.withLock { $0 = update }
  }

  var update: LowRankMatrix? { product.withLock { $0 } }
}

/// Some tokens' share of a core's gradient.
private final class GradientShare: Sendable {
  let module: LinearModule
  private let subspace: LowRankMatrix
  private let sides: Sides
  private let tokens: Range<Int>
  private let gradient = Mutex(Matrix(rows: 0, columns: 0))

  init(_ module: LinearModule, _ subspace: LowRankMatrix, _ sides: Sides, tokens: Range<Int>) {
    self.module = module
    self.subspace = subspace
    self.sides = sides
    self.tokens = tokens
  }

  func find(input: borrowing Matrix, outputGradient: borrowing Matrix) {
    gradient.withLock {
      $0 = sides.coreGradient(
        subspace, module, tokens: tokens, input: input, outputGradient: outputGradient)
    }
  }

  func add(to tensor: TrainableTensor?) { gradient.withLock { tensor?.gradient.add($0) } }
}
