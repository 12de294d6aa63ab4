/// What a model is going to be used for, as far as its memory depends on it.
public struct Workload: Sendable, Equatable {
  /// Tokens of the longest sequence, which no pass can split.
  public var longestSequence: Int
  /// Tokens of all sequences that may share a pass.
  public var totalTokens: Int
  /// Whether there is a backward pass.
  public var needsGradients = false
  /// Whether the weights themselves move, so that all must be in memory.
  public var movesWeights = false
  /// Whether passes go through the layers side by side.
  public var isLayerwise = false
  /// Whether the same is done again and again, step by step.
  public var isRepeated = false
  /// Bytes of trained parameters, their gradients and moments, subspaces and the like.
  public var stateByteCount = 0.0
  /// Tokens of the keys and values that generation would like to keep.
  public var cachedTokens = 0
  /// Tokens of the keys and values that it cannot do without.
  public var leastCachedTokens = 0

  init(lengths: [Int], needsGradients: Bool) {
    longestSequence = lengths.max() ?? 0
    totalTokens = lengths.reduce(0, +)
    self.needsGradients = needsGradients
  }

  /// Losses of sequences.
  ///
  /// - Parameter lengths: Tokens of each.
  /// - Returns: The workload.
  public static func losses(_ lengths: [Int]) -> Workload {
    Workload(lengths: lengths, needsGradients: false)
  }

  /// Gradients of sequences.
  ///
  /// - Parameter lengths: Tokens of each that may share a pass.
  /// - Returns: The workload.
  public static func gradients(_ lengths: [Int]) -> Workload {
    Workload(lengths: lengths, needsGradients: true)
  }

  /// Gradients of sequences, those of a layer all at once.
  ///
  /// - Parameter lengths: Tokens of each.
  /// - Returns: The workload.
  public static func layerwiseGradients(_ lengths: [Int]) -> Workload {
    var workload = Workload(lengths: lengths, needsGradients: true)
    workload.isLayerwise = true
    return workload
  }

  /// Continuations of prompts.
  ///
  /// - Parameters:
  ///   - lengths: Tokens of each prompt.
  ///   - newTokens: Tokens to add to each at most.
  ///   - batchSize: Sequences decoded together.
  /// - Returns: The workload.
  public static func generation(_ lengths: [Int], newTokens: Int, batchSize: Int) -> Workload {
    var workload = Workload(lengths: lengths, needsGradients: false).repeated
    let longest = workload.longestSequence + newTokens
    // One sequence, and what all prompts begin with.
    workload.leastCachedTokens = longest + workload.longestSequence
    workload.cachedTokens =
      min(batchSize, lengths.count) * longest + workload.longestSequence
    return workload
  }

  /// The same workload, again and again.
  public var repeated: Workload {
    var workload = self
    workload.isRepeated = true
    return workload
  }

  /// Whether all of it takes the weights from the disk as one pass does, where no limit divides it.
  var isOnePass: Bool {
    if isRepeated { return false }
    return isLayerwise || totalTokens <= max(longestSequence, MemoryPlan.mostTokensPerPass)
  }

  /// Tokens of the largest pass under a plan.
  func tokensInPass(_ plan: MemoryPlan) -> Int {
    min(totalTokens, max(longestSequence, plan.tokensPerPass))
  }
}
