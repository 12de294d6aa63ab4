import RandomNumbers
import Tokens
import Transformer

/// Supervised fine-tuning over epochs of shuffled batches.
public struct FineTuning: Sendable {
  /// What moves.
  public enum Method: Sendable, Equatable {
    /// Every parameter.
    case full
    /// LoRA on linear modules.
    case lora(rank: Int, alpha: Float)
  }

  /// How the learning rate runs over the steps.
  public enum Schedule: String, Sendable, CaseIterable {
    /// The same at every step.
    case constant
    /// Falls linearly to zero.
    case linear
  }

  /// What moves.
  public var method: Method
  /// Passes over the examples.
  public var epochs: Int
  /// Examples a step.
  public var batchSize: Int
  /// η of the first step.
  public var learningRate: Double
  /// How η changes.
  public var schedule: Schedule
  /// How a step follows from gradients.
  public var optimizer: OptimizerKind
  /// Decoupled weight decay.
  public var weightDecay: Double
  /// Decides the order of the examples and LoRA's start.
  public var seed: UInt64
  /// The modules that get a LoRA update; nil for all.
  public var modules: [LinearModule]?

  /// What holds where nothing else is asked for.
  public static let defaults = FineTuning(method: .full)
  /// Rank of an adapter where none is asked for.
  public static let defaultLoRARank = 16
  /// Alpha where none is asked for.
  public static func defaultLoRAAlpha(rank: Int) -> Float { 2 * Float(rank) }

  /// Creates settings.
  ///
  /// - Parameters:
  ///   - method: What moves.
  ///   - epochs: Passes over the examples.
  ///   - batchSize: Examples a step.
  ///   - learningRate: η of the first step.
  ///   - schedule: How η changes.
  ///   - optimizer: How a step follows from gradients.
  ///   - weightDecay: Decoupled weight decay.
  ///   - seed: Decides the order of the examples and LoRA's start.
  ///   - modules: The modules that get a LoRA update; nil for all.
  public init(
    method: Method, epochs: Int = 3, batchSize: Int = 4, learningRate: Double = 2e-5,
    schedule: Schedule = .constant, optimizer: OptimizerKind = .adamw, weightDecay: Double = 0,
    seed: UInt64 = 0, modules: [LinearModule]? = nil
  ) {
    self.method = method
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.schedule = schedule
    self.optimizer = optimizer
    self.weightDecay = weightDecay
    self.seed = seed
    self.modules = modules
  }

  /// Number of steps for a number of examples.
  ///
  /// - Parameter exampleCount: Examples an epoch.
  /// - Returns: The steps of all epochs; the last batch of an epoch may be smaller.
  public func stepCount(exampleCount: Int) -> Int {
    epochs * ((exampleCount + batchSize - 1) / batchSize)
  }

  /// Trains a model in place.
  ///
  /// - Parameters:
  ///   - model: Its weights move (`full`), or it gets updates (`lora`).
  ///   - examples: Training examples.
  ///   - didStep: Called after each step with its record.
  /// - Returns: The updates of `lora`; nil for `full`, which changes the weights themselves.
  /// - Throws: `ModelError`, and what `didStep` throws.
  public func run(
    _ model: LanguageModel, examples: [Example], didStep: (TrainingStep) throws -> Void
  ) throws -> ModuleMatrices? {
    let parameters = makeParameters(model)
    let trainer = Trainer(
      model, parameters, optimizer: Optimizer(optimizer, weightDecay: Float(weightDecay)))
    // A stream of its own, so that LoRA's start does not change with the number of examples.
    var generator = SplitMix64(seed: seed ^ 0x5348_5546_464c_45)
    let total = stepCount(exampleCount: examples.count)
    var step = 0
    for _ in 0..<epochs {
      let order = generator.permutation(examples.count)
      for start in stride(from: 0, to: order.count, by: batchSize) {
        let batch = order[start..<min(start + batchSize, order.count)].map { examples[$0] }
        let rate = learningRate(step: step, of: total)
        try didStep(try trainer.step(batch.meanLoss) { _ in rate }.record)
        step += 1
      }
    }
    return method == .full ? nil : model.updates
  }

  private func makeParameters(_ model: LanguageModel) -> any TrainableParameters {
    switch method {
    case .full: FullParameters(model)
    case .lora(let rank, let alpha):
      LoRAParameters(model, modules: modules, rank: rank, alpha: alpha, seed: seed)
    }
  }

  private func learningRate(step: Int, of total: Int) -> Double {
    switch schedule {
    case .constant: learningRate
    case .linear: learningRate * Double(total - step) / Double(total)
    }
  }
}
