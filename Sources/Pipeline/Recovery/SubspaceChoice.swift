import Transformer

/// Which subspaces a recovery may move in.
public enum SubspaceChoice: Sendable {
  /// The first r components of the examples' own gradient at the start.
  case own
  /// The same, but each step goes along the polar factor of the core's gradient, its singular values
  /// replaced by 1, as far as a step in `own` would go.
  case flat
  /// Random orthonormal bases of rank r.
  case random
  /// Everything in the examples' own gradient but its first r components.
  case complement
  /// Both factors of a LoRA update of rank r move, from B = 0.
  case lora
  /// No restriction: every parameter moves, or every weight of the chosen modules.
  case full
  /// These, such as the first r components stored in a spectra file: U_r and Vh_r of each module.
  case stored(ModuleMatrices)

  /// Whether the weights themselves move.
  public var isFull: Bool { if case .full = self { true } else { false } }

  /// Whether steps go along polar factors.
  public var isFlat: Bool { if case .flat = self { true } else { false } }

  /// Whether it moves a core between bases that stay.
  public var hasBases: Bool {
    switch self {
    case .own, .flat, .random, .complement, .stored: true
    case .lora, .full: false
    }
  }

  /// Whether the bases are of the examples' gradient.
  public var followsGradient: Bool {
    switch self {
    case .own, .flat, .complement: true
    case .random, .stored, .lora, .full: false
    }
  }

  /// Whether a rank is asked for; of `complement` the rank is what it leaves out.
  var hasRank: Bool { if case .complement = self { false } else { !isFull } }
}
