import LinearAlgebra
import OrderedCollections
import Tokens
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
  private let example: Example
  private let gradient: GradientFunction

  /// Creates a comparison.
  ///
  /// - Parameters:
  ///   - model: The model, without updates.
  ///   - example: What the loss is of.
  ///   - gradient: The backward pass.
  public init(
    _ model: LanguageModel, _ example: Example,
    gradient: @escaping GradientFunction = backpropagation
  ) {
    self.model = model
    self.example = example
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
    let loss = try gradient(model, [example], [1], probe)[0]
    return try modules.map { module in
      progress(module)
      guard let direction = directions[module], let product = probe.products[module] else {
        return .nan
      }
      return try error(of: module, direction, product, from: loss)
    }
  }

  private func error(
    of module: LinearModule, _ direction: [Float], _ product: [Double], from start: Double
  ) throws -> Double {
    let slope = product.norm
    guard slope > 0, slope.isFinite else { return .nan }
    defer { model.updates = [:] }
    func loss(after step: Float) throws -> Double {
      model.updates[module] = LowRankMatrix(
        left: Matrix(
          rows: module.outFeatures, columns: 1, elements: product.map { Float($0 / slope) }),
        right: Matrix(rows: 1, columns: module.inFeatures, elements: direction), scale: step)
      return try model.losses([example])[0]
    }
    func difference(_ step: Double) throws -> Double {
      let step = Float(step)
      return (try loss(after: step) - loss(after: -step)) / (2 * Double(step))
    }
    let step = Self.change * min(1, start) / slope
    let extrapolated = (4 * (try difference(step / 2)) - (try difference(step))) / 3
    return abs(extrapolated - slope) / slope
  }
}

/// A backward pass: the losses of packed examples, and their weighted gradient to an observer.
public typealias GradientFunction = (
  _ model: LanguageModel, _ examples: [Example], _ weights: [Double],
  _ observer: any GradientObserver
) throws -> [Double]

/// The backward pass of the model itself.
///
/// - Parameters:
///   - model: The model.
///   - examples: Packed into one batch.
///   - weights: One factor an example.
///   - observer: Receives the gradients.
/// - Returns: The mean loss of each example.
/// - Throws: `ModelError`.
public func backpropagation(
  _ model: LanguageModel, _ examples: [Example], _ weights: [Double],
  _ observer: any GradientObserver
) throws -> [Double] {
  try model.backpropagate(examples, weights: weights, observer: observer)
}
