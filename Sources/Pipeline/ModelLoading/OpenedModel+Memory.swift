import Checkpoints
import Failures
import LinearAlgebra
import Transformer

/// How a model is going to be held in memory.
public struct LoadingPlan: Sendable {
  /// Where the weights are and how many tokens share a pass.
  public let memory: MemoryPlan
  /// What that takes at most.
  public let peak: ByteCount
  /// What may be taken.
  public let limit: ByteCount
}

extension OpenedModel {
  /// Plans what is held in memory.
  ///
  /// - Parameters:
  ///   - workloads: What the model is going to be used for, one after the other.
  ///   - limit: What may be taken.
  ///   - dividesPasses: Whether passes may have fewer tokens than usual, which rounds differently.
  /// - Returns: The plan.
  /// - Throws: `ModelError.memoryTooSmall` when no way of running the model fits.
  public func plan(for workloads: [Workload], within limit: ByteCount, dividesPasses: Bool)
    throws(ModelError) -> LoadingPlan
  {
    let estimate = MemoryEstimate(configuration)
    let memory = try MemoryPlan(
      within: limit, for: workloads, estimate, dividesPasses: dividesPasses)
    return LoadingPlan(memory: memory, peak: estimate.peak(memory, workloads), limit: limit)
  }

  /// Loads the weights, or prepares to stream them, as planned.
  ///
  /// - Parameters:
  ///   - plan: How; nil to hold everything in memory.
  ///   - replace: What is to take the place of the tensors, adapters included.
  ///   - progress: Called with the number of layers that are ready.
  /// - Returns: The model with its adapters.
  /// - Throws: `CheckpointError`, `ModelError` with the path.
  public func load(
    _ plan: LoadingPlan?,
    replacing replace: (any TensorSource) throws -> any TensorSource = { $0 },
    progress: (Int) -> Void = { _ in }
  ) throws -> LanguageModel {
    if let plan {
      if plan.peak.bytes < plan.limit.bytes / 2 {
        MatrixMemory.keepWhenFreed()
      } else {
        MatrixMemory.returnWhenFreed()
      }
    }
    let model = try naming(checkpoint.path) {
      try LanguageModel(
        configuration: configuration, source: try replace(tensors),
        plan: plan?.memory ?? .unlimited, progress: progress)
    }
    if let keptFactors { model.updates = keptFactors }
    return model
  }
}
