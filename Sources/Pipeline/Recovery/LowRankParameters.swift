import LinearAlgebra
import Transformer

/// Parameters whose update is low-rank factors that a model applies beside its weights.
protocol LowRankParameters: AnyObject, RecoveryParameters {
  /// The model that has the update.
  var model: LanguageModel { get }
  /// The update as training made it, once it has been scaled.
  var unscaled: ModuleMatrices? { get set }
}

extension LowRankParameters {
  var updates: ModuleMatrices? { model.updates }

  func updateNorm() throws -> Double { try UpdateSpectra(model.updates).norm }

  func updateSize() throws -> UpdateSize { try UpdateSpectra(model.updates).size }

  func scaleUpdate(by factor: Double) {
    let updates = unscaled ?? model.updates
    unscaled = updates
    model.updates = updates.scaled(by: factor)
  }
}
