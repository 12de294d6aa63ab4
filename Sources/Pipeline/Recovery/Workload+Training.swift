import Transformer

extension FineTuning {
  /// What training takes of memory.
  ///
  /// - Parameters:
  ///   - lengths: Tokens of each example.
  ///   - configuration: The model's.
  /// - Returns: The workload.
  public func workload(_ lengths: [Int], _ configuration: ModelConfiguration) -> Workload {
    // Any examples may share a batch, the longest ones too.
    var workload = Workload.gradients(Array(lengths.sorted(by: >).prefix(batchSize))).repeated
    switch method {
    case .full: workload.moveAllWeights(configuration, optimizer)
    case .lora(let rank, _):
      // A and B, their gradients and moments; a step has the factors of one module twice.
      let modules = modules ?? configuration.linearModules
      let copies = modules.map { Self.lowRankByteCount([$0], rank: rank) }.max() ?? 0
      workload.stateByteCount =
        Self.lowRankByteCount(modules, rank: rank) * (2 + optimizer.momentCount) + 2 * copies
    }
    return workload
  }

  private static func lowRankByteCount(_ modules: [LinearModule], rank: Int) -> Double {
    modules.reduce(0) { $0 + 4 * Double(rank) * Double($1.outFeatures + $1.inFeatures) }
  }
}

extension SafetyRecovery {
  /// What a recovery takes of memory.
  ///
  /// - Parameters:
  ///   - lengths: Tokens of each example.
  ///   - preserved: Tokens of each preserved prompt, and of its answer at most.
  ///   - configuration: The model's.
  /// - Returns: The workload.
  public func workload(
    _ lengths: [Int], preserving preserved: [(prompt: Int, answer: Int)] = [],
    _ configuration: ModelConfiguration
  ) -> Workload {
    // The examples share a pass, in which their mean gradient is decomposed.
    let together = lengths.reduce(0, +)
    var workload = Workload.gradients([together] + preserved.map { $0.prompt + $0.answer }).repeated
    workload.stateByteCount += AnswerDistributions.byteCount(
      configuration, answerTokens: preserved.reduce(0) { $0 + $1.answer })
    switch choice {
    case .full:
      workload.moveAllWeights(configuration, optimizer)
      // The weights before the first step; with a norm to meet, those before the last and its way.
      let floats = configuration.parameterCount
      workload.stateByteCount += 4 * floats * (updateNorm == nil ? 1 : 3)
    case .lora:
      workload.stateByteCount +=
        configuration.lowRankByteCount { _ in rank }
        * (2 + optimizer.momentCount + (updateNorm == nil ? 0 : 2))
    case .own, .flat, .random, .complement, .stored:
      addCores(to: &workload, tokens: together, configuration)
    }
    return workload
  }

  private func addCores(
    to workload: inout Workload, tokens: Int, _ configuration: ModelConfiguration
  ) {
    let rank = if case .complement = choice { max(rank, tokens) } else { rank }
    let basisCount = refreshInterval.map { 1 + (steps - 1) / max($0, 1) } ?? 1
    // The subspace, the updates of all bases so far, and the core with its gradient and moments.
    workload.stateByteCount +=
      Double(1 + basisCount)
      * configuration.lowRankByteCount { min(rank, $0.outFeatures, $0.inFeatures) }
    let copies = 2 + optimizer.momentCount + (updateNorm == nil && !choice.isFlat ? 0 : 2)
    workload.stateByteCount += 4 * copies * configuration.coreCount(rank: rank, sides)
    if choice.followsGradient {
      workload.stateByteCount += configuration.decompositionByteCount(rows: tokens)
    }
  }
}

extension Workload {
  /// Gradients and moments of every parameter.
  fileprivate mutating func moveAllWeights(
    _ configuration: ModelConfiguration, _ optimizer: OptimizerKind
  ) {
    movesWeights = true
    stateByteCount += 4 * configuration.parameterCount * (1 + optimizer.momentCount)
  }
}

extension ModelConfiguration {
  /// Bytes of two factors of some rank for every linear module.
  fileprivate func lowRankByteCount(_ rank: (LinearModule) -> Int) -> Double {
    linearModules.reduce(0) {
      $0 + 4 * Double(rank($1)) * Double($1.outFeatures + $1.inFeatures)
    }
  }
}

extension ModelConfiguration {
  /// Numbers of a core for every linear module.
  fileprivate func coreCount(rank: Int, _ sides: Sides) -> Double {
    linearModules.reduce(0) {
      let size = Double(min(rank, $1.outFeatures, $1.inFeatures))
      switch sides {
      case .both: return $0 + size * size
      case .left: return $0 + size * Double($1.inFeatures)
      case .right: return $0 + size * Double($1.outFeatures)
      }
    }
  }

  /// The working space of the decomposition of one gradient in float64: a few copies of its factors,
  /// or of the gradient itself where the factors are wider.
  fileprivate func decompositionByteCount(rows: Int) -> Double {
    let sizes = linearModules(ofLayer: 0).map { module in
      let (out, width) = (Double(module.outFeatures), Double(module.inFeatures))
      return 32 * min(Double(rows) * (out + width), out * width)
    }
    return sizes.max() ?? 0
  }
}

extension OptimizerKind {
  /// Numbers that are kept for each parameter.
  fileprivate var momentCount: Double { self == .adamw ? 2 : 0 }
}
