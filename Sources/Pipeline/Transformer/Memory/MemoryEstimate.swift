import LinearAlgebra

/// How much memory a model takes, from its shapes alone.
///
/// What grows with the model or the input is counted buffer by buffer; the rest (the program, BLAS,
/// tokenizer, HDF5) is a constant. Sums are in float64: a configuration may claim any size.
public struct MemoryEstimate: Sendable {
  /// The model's shapes.
  public let configuration: ModelConfiguration
  /// Threads that compute, each with buffers of its own.
  public let threads: Int

  /// Creates an estimate.
  ///
  /// - Parameters:
  ///   - configuration: The model's shapes.
  ///   - threads: Threads that compute.
  public init(_ configuration: ModelConfiguration, threads: Int = ComputeThreads.count) {
    self.configuration = configuration
    self.threads = threads
  }

  /// The peak of the largest of some workloads.
  ///
  /// - Parameters:
  ///   - plan: What is held in memory.
  ///   - workloads: What the model is used for, one after the other.
  /// - Returns: The estimate.
  public func peak(_ plan: MemoryPlan, _ workloads: [Workload]) -> ByteCount {
    largest(plan, workloads, keptInputs: min(mostKeptInputs, plan.keptInputs)) {
      min($0.cachedTokens, plan.cachedTokens)
    }
  }

  /// The peak when generation makes do with the smallest cache.
  func least(_ plan: MemoryPlan, _ workloads: [Workload]) -> ByteCount {
    largest(
      plan, workloads, keptInputs: LayerSchedule.leastRoom(layerCount: configuration.layerCount)
    ) { $0.leastCachedTokens }
  }

  /// Tokens of keys and values that the rest of the limit has room for.
  func cachedTokens(_ plan: MemoryPlan, _ workloads: [Workload], within limit: ByteCount) -> Int {
    let rest =
      Double(limit.bytes) - Double(largest(plan, workloads, keptInputs: 0) { _ in 0 }.bytes)
    let tokens = rest / Double(KeyValueCache.bytesPerToken(configuration))
    return tokens < 0x1p53 ? max(0, Int(tokens)) : .max
  }

  private var mostKeptInputs: Int { LayerSchedule.mostRoom(layerCount: configuration.layerCount) }

  /// Inputs of layers that the rest of the limit has room for.
  func keptInputs(_ plan: MemoryPlan, _ workloads: [Workload], within limit: ByteCount) -> Int {
    let none = largest(plan, workloads, keptInputs: 0) { $0.leastCachedTokens }
    let tokens = workloads.map { $0.isLayerwise ? $0.totalTokens : 0 }.max() ?? 0
    let each = 4 * Double(tokens) * Double(configuration.hiddenSize)
    let room = Double(max(limit.bytes - none.bytes, 0)) / each
    return room < Double(mostKeptInputs) ? Int(room) : mostKeptInputs
  }

  private func largest(
    _ plan: MemoryPlan, _ workloads: [Workload], keptInputs: Int, cachedTokens: (Workload) -> Int
  ) -> ByteCount {
    let varying = workloads.map { workload in
      workload.stateByteCount
        + 4 * (passFloats(plan, workload) + layerwiseFloats(workload, keptInputs: keptInputs))
        + Double(cachedTokens(workload)) * Double(KeyValueCache.bytesPerToken(configuration))
    }
    return ByteCount(
      rounding: programByteCount + 4 * weightFloats(plan) + (varying.max() ?? 0))
  }

  // MARK: Parts

  /// The program itself: measured with a model of a few kilobytes, and rounded up.
  private var programByteCount: Double { Double(96 << 20) + Double(threads) * Double(40 << 20) }

  private func weightFloats(_ plan: MemoryPlan) -> Double {
    let layer = LayerWeights.floatCount(configuration)
    let tables: Double = configuration.tiesEmbeddings ? 1 : 2
    switch plan.weights {
    case .resident:
      return Double(configuration.layerCount) * layer
        + tables * TokenTable.floatCount(configuration, isResident: true)
    case .streamed:
      // Of the layers' matrices and of the table one is converted at a time.
      return max(
        LayerWeights.blockFloatCount(configuration),
        TokenTable.floatCount(configuration, isResident: false))
    }
  }

  private func layerwiseFloats(_ workload: Workload, keptInputs: Int) -> Double {
    guard workload.isLayerwise else { return 0 }
    return Double(workload.totalTokens)
      * LossPass.layerwiseFloatsPerToken(configuration, keptInputs: keptInputs)
  }

  private func passFloats(_ plan: MemoryPlan, _ workload: Workload) -> Double {
    let tokens = workload.tokensInPass(plan)
    let perToken = LossPass.floatsPerToken(
      configuration, recomputesActivations: plan.recomputesActivations,
      needsGradients: workload.needsGradients, isLayerwise: workload.isLayerwise)
    let keys = workload.longestSequence + workload.leastCachedTokens
    return Double(tokens) * perToken + Double(threads) * Attention.floatsPerThread(keys: keys)
      + LanguageModelHead.floats(configuration, rows: tokens)
  }
}
