/// Which subspaces a recovery may move in.
public enum SubspaceChoice: Sendable, Equatable {
  /// The first r components of the example's own gradient at the start.
  case own
  /// Random orthonormal bases of rank r.
  case random
  /// Everything in the example's own gradient but its first r components.
  case complement
  /// No restriction: every parameter moves.
  case full
  /// The first r components stored in a spectra file.
  case file
}
