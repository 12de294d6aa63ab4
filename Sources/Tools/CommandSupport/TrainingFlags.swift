import ArgumentParser
import Checkpoints
import Recovery

/// Values of `--optimizer`.
public enum OptimizerName: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// Adam with decoupled weight decay.
  case adamw
  /// Plain gradient descent.
  case sgd
}

extension OptimizerName {
  /// The optimizer of that name.
  public var kind: OptimizerKind { self == .adamw ? .adamw : .sgd }
}

/// Values of `--schedule`.
public enum ScheduleName: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// The same step size throughout.
  case constant
  /// Falling linearly to zero.
  case linear

  /// The schedule of that name.
  public var schedule: FineTuning.Schedule { self == .constant ? .constant : .linear }
}

/// Values of `--adapter-type`.
public enum AdapterType: String, CaseIterable, ExpressibleByArgument, Sendable {
  case f32
  case f16
  case bf16

  /// The element type of that name.
  public var type: ElementType {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    }
  }
}
