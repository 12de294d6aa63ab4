import ArgumentParser
import Conversations
import ModelLoading
import Recovery
import Transformer

extension ByteCount: ExpressibleByArgument {
  /// Reads the value of a flag.
  ///
  /// - Parameter argument: Such as `4GB`.
  public init?(argument: String) { self.init(argument) }
}

extension SavedForm: ExpressibleByArgument {}

extension OptimizerKind: ExpressibleByArgument {}

extension OpenedModel {
  /// Reads examples and tokenises them for this model.
  ///
  /// - Parameters:
  ///   - path: JSONL.
  ///   - encoder: Tokenizer and template; nil where all examples are tokens already.
  ///   - limit: Examples to read at most.
  ///   - run: Prints what the user should know of the file.
  /// - Returns: The examples as the file has them and as the model reads them.
  /// - Throws: `ExampleError`, `ModelError` with the path.
  public func examples(
    _ path: String, encoder: ConversationEncoder?, limit: Int? = nil, run: RunOptions
  ) throws -> LoadedExamples {
    try examples(path, encoder: encoder, limit: limit) { run.note([$0]) }
  }

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
    try load(announcedPlan(for: workloads, quiet: quiet), quiet: quiet)
  }

  /// Plans what is held in memory, and says what that is going to take.
  ///
  /// - Parameters:
  ///   - workloads: What the model is going to be used for, one after the other.
  ///   - quiet: Whether nothing is said.
  /// - Returns: The plan; nil where nobody knows how much memory there is.
  /// - Throws: `CommandError.invalidValue` or `ModelError.memoryTooSmall`.
  public func announcedPlan(for workloads: [Workload], quiet: Bool) throws -> LoadingPlan? {
    if !quiet { for note in notes { StandardError.write("note: \(note)\n") } }
    let plan = try plan(for: workloads)
    if let plan, !quiet {
      StandardError.write("memory: \(plan.peak) of \(plan.limit), \(plan.memory)\n")
    }
    return plan
  }

  /// Loads the weights as planned.
  ///
  /// - Parameters:
  ///   - plan: How; nil to hold everything in memory.
  ///   - quiet: Whether no progress is shown.
  ///   - replace: What is to take the place of the tensors, adapters included.
  /// - Returns: The model with its adapters.
  /// - Throws: `CheckpointError`, `ModelError` with the path.
  public func load(
    _ plan: LoadingPlan?, quiet: Bool,
    replacing replace: (any TensorSource) throws -> any TensorSource = { $0 }
  ) throws -> LanguageModel {
    let isResident = plan.map { $0.memory.weights == .resident } ?? true
    let progress = Progress(
      "loading", total: configuration.layerCount, unit: "layers", quiet: quiet || !isResident)
    defer { progress.finish() }
    return try load(plan, replacing: replace) { progress.update(completed: $0) }
  }

  private func plan(for workloads: [Workload]) throws -> LoadingPlan? {
    guard let limit = choice.memoryLimit ?? AvailableMemory().usable else { return nil }
    return try choice.blamingFlag { (dividesPasses) throws(ModelError) in
      try plan(for: workloads, within: limit, dividesPasses: dividesPasses)
    }
  }
}

extension ModelChoice {
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
