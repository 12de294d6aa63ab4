/// What of a model is held in memory, and what is read or computed again instead.
///
/// Only `tokensPerPass` can show in the results, in their last bits: it decides which sequences are
/// laid end to end, and OpenBLAS's kernels round a row by its place among the others (Haswell's
/// kernels take twelve rows at a time, and what is left over in another order). It is therefore the
/// last thing to give way when memory is short, and gives way only to a limit that somebody chose:
/// results must not follow the memory that happens to be free.
public struct MemoryPlan: Sendable, Equatable {
  /// Where the weights are.
  public enum Weights: Sendable, Equatable {
    /// In memory, all of them.
    case resident
    /// In the checkpoint, from which products convert a block at a time.
    case streamed
  }

  /// Where the weights are.
  public var weights: Weights
  /// Whether only the input of each layer is kept for the backward pass, which computes the rest
  /// again.
  public var recomputesActivations: Bool
  /// Tokens of the sequences that share a pass; a longer sequence has one of its own.
  public var tokensPerPass: Int
  /// Tokens whose keys and values may be held at a time.
  public var cachedTokens = Int.max
  /// Inputs of layers that passes that go side by side keep of each example.
  public var keptInputs = Int.max

  /// Everything in memory.
  public static let unlimited = MemoryPlan(
    weights: .resident, recomputesActivations: false, tokensPerPass: mostTokensPerPass)

  /// More tokens than this in a pass make no product faster.
  static let mostTokensPerPass = 1024

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - weights: Where the weights are.
  ///   - recomputesActivations: Whether activations are computed again for the backward pass.
  ///   - tokensPerPass: Tokens of the sequences that share a pass.
  public init(weights: Weights, recomputesActivations: Bool, tokensPerPass: Int) {
    self.weights = weights
    self.recomputesActivations = recomputesActivations
    self.tokensPerPass = tokensPerPass
  }

  /// Layers that each of several passes runs through that go side by side, forward and backward.
  ///
  /// - Parameter layerCount: Layers of the model.
  /// - Returns: Their number, those run again included.
  public func layerRuns(layerCount: Int) -> Int {
    LayerSchedule(layerCount: layerCount, room: keptInputs).layerRuns
  }

  /// Consecutive sequences that share a pass.
  ///
  /// - Parameter lengths: Tokens of each sequence.
  /// - Returns: The indices of each pass.
  public func passes(over lengths: [Int]) -> [Range<Int>] {
    var passes: [Range<Int>] = []
    var (start, tokens) = (0, 0)
    for (index, length) in lengths.enumerated() {
      if index > start, tokens + length > tokensPerPass {
        passes.append(start..<index)
        (start, tokens) = (index, 0)
      }
      tokens += length
    }
    if start < lengths.count { passes.append(start..<lengths.count) }
    return passes
  }
}

extension MemoryPlan {
  /// The fastest plan that fits into memory.
  ///
  /// - Parameters:
  ///   - limit: Memory to use at most.
  ///   - workloads: What the model is going to be used for, one after the other.
  ///   - estimate: The model's.
  ///   - dividesPasses: Whether passes of fewer tokens are considered.
  /// - Throws: `ModelError.memoryTooSmall` with the least that would do.
  public init(
    within limit: ByteCount, for workloads: [Workload], _ estimate: MemoryEstimate,
    dividesPasses: Bool
  ) throws(ModelError) {
    let movesWeights = workloads.contains(where: \.movesWeights)
    let longest = workloads.map(\.longestSequence).max() ?? 0
    let plans = Self.plans(
      leastTokens: dividesPasses ? longest : Self.mostTokensPerPass, movesWeights: movesWeights,
      isOnePass: workloads.count == 1 && workloads[0].isOnePass)
    guard let plan = plans.first(where: { estimate.least($0, workloads) <= limit }) else {
      let least = plans.map { estimate.least($0, workloads) }.min() ?? limit
      throw .memoryTooSmall(limit: limit, least: least, movesWeights: movesWeights)
    }
    self = plan
    cachedTokens = estimate.cachedTokens(plan, workloads, within: limit)
    keptInputs = estimate.keptInputs(plan, workloads, within: limit)
  }

  /// All plans, the fastest first.
  ///
  /// One pass reads each weight twice at most. Converting it twice in the caches takes less time than having
  /// the system clear memory for all of them.
  private static func plans(
    leastTokens: Int, movesWeights: Bool, isOnePass: Bool
  ) -> [MemoryPlan] {
    var steps = [mostTokensPerPass]
    while let last = steps.last, last > max(leastTokens, 1) { steps.append(last / 2) }
    return steps.flatMap { tokens in
      let resident: [(Weights, Bool)] = [(.resident, false), (.resident, true)]
      let streamed: [(Weights, Bool)] = [(.streamed, false), (.streamed, true)]
      let choices = isOnePass && !movesWeights ? streamed : resident + streamed
      return choices.filter { !movesWeights || $0.0 == .resident }.map {
        MemoryPlan(weights: $0.0, recomputesActivations: $0.1, tokensPerPass: tokens)
      }
    }
  }
}

extension MemoryPlan: CustomStringConvertible {
  /// The plan in words, such as `weights streamed from their file, activations kept, up to 1024 tokens a
  /// pass`.
  public var description: String {
    let place =
      switch weights {
      case .resident: "weights in memory"
      case .streamed: "weights streamed from their file"
      }
    return "\(place), activations \(recomputesActivations ? "recomputed" : "kept"), "
      + "up to \(tokensPerPass) tokens a pass"
  }
}
