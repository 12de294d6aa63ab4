import ArgumentParser
import Checkpoints
import LinearAlgebra
import Transformer

extension ByteCount: ExpressibleByArgument {
  /// Reads the value of a flag.
  ///
  /// - Parameter argument: Such as `4GB`.
  public init?(argument: String) { self.init(argument) }
}

extension OpenedModel {
  /// Loads the weights, or prepares to stream them when they do not fit into memory.
  ///
  /// Says what it is going to take before it takes it.
  ///
  /// - Parameters:
  ///   - workloads: What the model is going to be used for, one after the other.
  ///   - quiet: Whether no progress is shown.
  /// - Returns: The model with its adapters.
  /// - Throws: `CommandError.invalidValue` or `ModelError.memoryTooSmall` when no way of running it
  ///   fits; `CheckpointError`, `ModelError` with the path.
  public func load(for workloads: [Workload], quiet: Bool) throws -> LanguageModel {
    if !quiet { for note in notes { StandardError.write("note: \(note)\n") } }
    let plan = try plan(for: workloads, quiet: quiet)
    let isQuiet = quiet || plan.weights != .resident
    let progress = Progress(
      "loading", total: configuration.layerCount, unit: "layers", quiet: isQuiet)
    defer { progress.finish() }
    return try naming(checkpoint.path) {
      try LanguageModel(
        configuration: configuration, source: checkpoint, plan: plan, prepare: mergeAdapters,
        progress: { progress.update(completed: $0) })
    }
  }

  private func plan(for workloads: [Workload], quiet: Bool) throws -> MemoryPlan {
    guard let limit = options.memoryLimit ?? AvailableMemory().usable else { return .unlimited }
    let estimate = MemoryEstimate(configuration)
    let plan = try options.blamingFlag { (dividesPasses) throws(ModelError) in
      try MemoryPlan(within: limit, for: workloads, estimate, dividesPasses: dividesPasses)
    }
    let peak = estimate.peak(plan, workloads)
    if peak.bytes < limit.bytes / 2 {
      MatrixMemory.keepWhenFreed()
    } else {
      MatrixMemory.returnWhenFreed()
    }
    if !quiet { StandardError.write("memory: \(peak) of \(limit), \(plan)\n") }
    return plan
  }
}

extension ModelOptions {
  /// Runs `body`, which divides passes if a limit was given, and calls a lack of memory a wrong flag
  /// when it was the flag that limited it; otherwise says where the flag would help.
  fileprivate func blamingFlag<Result>(
    _ body: (_ dividesPasses: Bool) throws(ModelError) -> Result
  ) throws -> Result {
    do {
      return try body(memoryLimit != nil)
    } catch {
      guard case .memoryTooSmall(let limit, let least, let movesWeights) = error else {
        throw error
      }
      guard let memoryLimit else {
        guard (try? body(true)) != nil else { throw error }
        throw CommandError.memoryShort(available: limit, needed: least)
      }
      throw CommandError.invalidValue(
        flag: "--memory-limit", value: "\(memoryLimit)",
        allowed: "\(least) or more" + (movesWeights ? ", as all weights move" : ""))
    }
  }
}
