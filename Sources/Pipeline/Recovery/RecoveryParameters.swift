import LinearAlgebra
import Transformer

/// The parameters of a recovery: beside moving, they know how far they have come.
protocol RecoveryParameters: TrainableParameters {
  /// The update as low-rank factors; nil where the weights themselves move.
  var updates: ModuleMatrices? { get }

  /// Frobenius norm of the whole update, over all that moves.
  func updateNorm() throws -> Double

  /// Norm and ranks of the update.
  func updateSize() throws -> UpdateSize

  /// Multiplies the update.
  ///
  /// - Parameter factor: At least 0; 1 leaves it as training made it, whatever was called before.
  func scaleUpdate(by factor: Double)
}

/// How large an update is, and of what rank.
public struct UpdateSize: Sendable, Equatable {
  /// Frobenius norm over all modules.
  public let norm: Double
  /// Ranks; nil where the weights themselves move, whose update has no factors.
  public let ranks: UpdateRanks?
}

/// Of what rank a low-rank update is.
///
/// Stable and effective rank are those of the update's own singular values. They say what the optimizer
/// made of the gradient: AdamW, which moves every entry by about as much, makes them larger.
public struct UpdateRanks: Sendable, Equatable {
  /// Largest number of singular values of a module that are not rounding, more than 1e-6 of the largest.
  public let largest: Int
  /// Median over the modules of `sum s² / s_1²`.
  public let stable: Double
  /// Median over the modules of `exp(entropy of s / sum s)` (Roy & Vetterli 2007).
  public let effective: Double
}
