import Transformer

/// Which subspaces a recovery may move in.
public enum SubspaceChoice: Sendable {
  /// The first r components of the example's own gradient at the start.
  case own
  /// Random orthonormal bases of rank r.
  case random
  /// Everything in the example's own gradient but its first r components.
  case complement
  /// No restriction: every parameter moves.
  case full
  /// These, such as the first r components stored in a spectra file: U_r and Vh_r of each module.
  case stored(ModuleMatrices)

  /// Whether every parameter moves.
  public var isFull: Bool { if case .full = self { true } else { false } }
}
