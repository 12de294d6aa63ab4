import ArgumentParser

/// Values of `--optimizer`.
public enum OptimizerName: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// Adam with decoupled weight decay.
  case adamw
  /// Plain gradient descent.
  case sgd
}

/// Values of `--save`.
public enum SavedForm: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// A PEFT LoRA folder.
  case adapter
  /// A whole model with the update merged into its weights.
  case merged
}
