import LinearAlgebra
import Transformer

/// Compares gradients with central differences of the loss, which know nothing of a backward pass.
///
/// For a module with gradient G and a random unit vector v the weight is moved along `u vᵀ` with
/// `u = G v / ||G v||`: the slope there is `||G v||`, so that it never drowns in rounding. The step
/// changes the loss by a few hundredths, where float32 still has five digits of the change; the
/// differences of a step and of half of it are extrapolated (Richardson), which leaves an error of
/// the fourth order.
public struct FiniteDifferences {
  /// Relative deviation that rounding in float32 explains.
  public static let tolerance = 5e-3
  /// How far the loss moves, as a part of itself and at most in nats.
  private static let change = 0.02

  private let model: LanguageModel
  private let sequence: LossSequence
  private let gradient: GradientFunction

  /// Creates a comparison.
  ///
  /// - Parameters:
  ///   - model: The model, without attached updates.
  ///   - sequence: What the loss is of.
  ///   - gradient: The backward pass.
  public init(
    _ model: LanguageModel, _ sequence: LossSequence,
    gradient: @escaping GradientFunction = backpropagation
  ) {
    self.model = model
    self.sequence = sequence
    self.gradient = gradient
  }

  /// The relative error of the slope of each module.
  ///
  /// - Parameters:
  ///   - modules: The modules.
  ///   - seed: Of the random vectors.
  ///   - progress: Called before each module.
  /// - Returns: One error a module.
  /// - Throws: `ModelError`.
  public func errors(
    of modules: [LinearModule], seed: Int, progress: (LinearModule) -> Void = { _ in }
  ) throws -> [Double] {
    let directions = RandomDirections(seed: seed).directions(of: modules)
    let probe = GradientProbe(directions)
    let loss = try gradient(model, [sequence], [1], probe)[0]
    return try modules.map { module in
      progress(module)
      guard let direction = directions[module], let product = probe.products[module] else {
        return .nan
      }
      return try error(of: module, direction, product, loss: loss)
    }
  }

  private func error(
    of module: LinearModule, _ direction: [Float], _ product: [Double], loss: Double
  ) throws -> Double {
    let slope = product.norm
    guard slope > 0, slope.isFinite else { return .nan }
    let update = LowRankUpdate(
      left: Matrix(
        rows: module.outFeatures, columns: 1, elements: product.map { Float($0 / slope) }),
      right: Matrix(rows: 1, columns: module.inFeatures, elements: direction))
    model.attach(update, to: module)
    defer { model.detachUpdates() }
    func difference(_ step: Double) throws -> Double {
      update.scale = Float(step)
      let forward = try model.losses([sequence])[0]
      update.scale = -Float(step)
      return (forward - (try model.losses([sequence])[0])) / (2 * Double(Float(step)))
    }
    let step = Self.change * min(1, loss) / slope
    let extrapolated = (4 * (try difference(step / 2)) - (try difference(step))) / 3
    return abs(extrapolated - slope) / slope
  }
}

/// A backward pass: the losses of packed sequences, and their weighted gradient to an observer.
public typealias GradientFunction = (
  _ model: LanguageModel, _ sequences: [LossSequence], _ weights: [Double],
  _ observer: any GradientObserver
) throws -> [Double]

/// The backward pass of the model itself.
///
/// - Parameters:
///   - model: The model.
///   - sequences: Packed into one batch.
///   - weights: One factor a sequence.
///   - observer: Receives the gradients.
/// - Returns: The mean loss of each sequence.
/// - Throws: `ModelError`.
public func backpropagation(
  _ model: LanguageModel, _ sequences: [LossSequence], _ weights: [Double],
  _ observer: any GradientObserver
) throws -> [Double] {
  try model.backpropagate(sequences, weights: weights, observer: observer)
}
