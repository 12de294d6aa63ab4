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
  ///   - length: Tokens of the example.
  ///   - configuration: The model's.
  /// - Returns: The workload.
  public func workload(_ length: Int, _ configuration: ModelConfiguration) -> Workload {
    var workload = Workload.gradients([length]).repeated
    let rank = if case .complement = choice { max(rank, length) } else { rank }
    if choice.isFull {
      workload.moveAllWeights(configuration, optimizer)
    } else {
      // The subspace, the update made of it, and the r x r core with its gradient and moments.
      workload.stateByteCount =
        2 * configuration.lowRankByteCount { min(rank, $0.outFeatures, $0.inFeatures) }
      workload.stateByteCount +=
        4 * (2 + optimizer.momentCount) * configuration.coreCount(rank: rank)
    }
    switch choice {
    case .own, .complement:
      workload.stateByteCount += configuration.decompositionByteCount(rows: length)
    case .random, .full, .stored: break
    }
    return workload
  }
}

extension Workload {
  /// Gradients and moments of every parameter.
  fileprivate mutating func moveAllWeights(
    _ configuration: ModelConfiguration, _ optimizer: OptimizerKind
  ) {
    movesWeights = true
    let tables = Double(configuration.vocabularySize) * Double(configuration.hiddenSize)
    let floats =
      Double(configuration.layerCount) * Double(configuration.linearWeightCountPerLayer)
      + tables * (configuration.tiesEmbeddings ? 1 : 2)
    stateByteCount = 4 * floats * (1 + optimizer.momentCount)
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
  /// Numbers of an r x r core for every linear module.
  fileprivate func coreCount(rank: Int) -> Double {
    linearModules.reduce(0) {
      let size = Double(min(rank, $1.outFeatures, $1.inFeatures))
      return $0 + size * size
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
