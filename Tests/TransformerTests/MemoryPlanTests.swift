import OrderedJSON
import Testing
import Transformer

@Suite struct MemoryPlanTests {
  /// Llama 2 7B.
  private static func llama(hiddenSize: Int = 4096, intermediateSize: Int = 11008, layers: Int = 32)
    throws -> MemoryEstimate
  {
    let configuration = try ModelConfiguration(parsing: [
      "model_type": "llama", "hidden_size": .integer(hiddenSize),
      "intermediate_size": .integer(intermediateSize), "num_hidden_layers": .integer(layers),
      "num_attention_heads": .integer(hiddenSize / 128), "vocab_size": 32000,
      "max_position_embeddings": 4096,
    ])
    return MemoryEstimate(configuration, threads: 2)
  }

  private static func plan(
    _ estimate: MemoryEstimate, _ limit: String, _ workloads: Workload...
  ) throws -> MemoryPlan {
    try MemoryPlan(
      within: try #require(ByteCount(limit)), for: workloads, estimate, dividesPasses: true)
  }

  /// 6738415616 parameters less the norms, 4 bytes each.
  @Test func residentWeightsAreCountedOneByOne() throws {
    let estimate = try Self.llama()
    let nothing = estimate.peak(.unlimited, [.losses([])]).bytes
    let norms = (2 * 32 + 1) * 4096
    let program = 176 << 20
    #expect(nothing == 4 * (6_738_415_616 - norms) + program)
  }

  /// The gradients of a 7B model in less than 4 GB, of a 13B model in less than 5; in 1 GB if need be.
  @Test func largeModelsFitIntoLaptops() throws {
    let example = Workload.gradients([256])
    let small = try Self.llama()
    #expect(try Self.plan(small, "4GB", example).weights == .streamed)
    #expect(try Self.plan(small, "64GB", example.repeated).weights == .resident)
    let large = try Self.llama(hiddenSize: 5120, intermediateSize: 13824, layers: 40)
    #expect(try Self.plan(large, "5GB", example).weights == .streamed)
    // Without the activations of its layers a 7B model does with a gigabyte.
    #expect(try Self.plan(small, "1GB", example).recomputesActivations)
  }

  /// A single pass uses each weight twice: not worth the memory, however much there is.
  @Test func onePassStreamsItsWeights() throws {
    let estimate = try Self.llama()
    let long = Workload.gradients([4000])
    let severalPasses = Workload.gradients([600, 600])
    #expect(try Self.plan(estimate, "900GB", .losses([64])).weights == .streamed)
    #expect(try Self.plan(estimate, "900GB", long).weights == .streamed)
    #expect(try Self.plan(estimate, "900GB", severalPasses).weights == .resident)
    #expect(try Self.plan(estimate, "900GB", long.repeated).weights == .resident)
    #expect(try Self.plan(estimate, "900GB", long, .losses([64])).weights == .resident)
  }

  /// As memory shrinks, first the activations go, then the weights, then the tokens of a pass.
  @Test func plansGiveWayInOrder() throws {
    let estimate = try Self.llama()
    let workload = Workload.gradients(Array(repeating: 128, count: 32))
    var plans: [MemoryPlan] = []
    for bytes in stride(from: 60_000_000_000, through: 400_000_000, by: -20_000_000) {
      let limit = ByteCount(bytes)
      guard
        let plan = try? MemoryPlan(within: limit, for: [workload], estimate, dividesPasses: true)
      else { continue }
      #expect(estimate.peak(plan, [workload]) <= limit)
      var comparable = plan
      comparable.cachedTokens = 0
      if plans.last != comparable { plans.append(comparable) }
    }
    let placements = plans.map { "\($0.weights) \($0.recomputesActivations) \($0.tokensPerPass)" }
    #expect(
      Array(placements.prefix(5)) == [
        "resident false 1024", "resident true 1024", "streamed false 1024", "streamed true 1024",
        "streamed true 512",
      ])
    #expect(plans.last?.tokensPerPass == 128)
  }

  /// What is free must not show in the last bits of results.
  @Test func passesAreDividedOnlyWhenAsked() throws {
    let estimate = try Self.llama()
    let workload = Workload.gradients(Array(repeating: 128, count: 32))
    let wide = try #require(ByteCount("64GB"))
    let plan = try MemoryPlan(
      within: wide, for: [workload], estimate, dividesPasses: false)
    #expect(plan.tokensPerPass == 1024)
    let error = #expect(throws: ModelError.self) {
      try MemoryPlan(
        within: ByteCount(1_000_000_000), for: [workload], estimate, dividesPasses: false)
    }
    guard case .memoryTooSmall(_, let least, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let divided = try MemoryPlan(
      within: ByteCount(least.bytes - 1_000_000), for: [workload], estimate, dividesPasses: true)
    #expect(divided.tokensPerPass < 1024)
    let whole = try MemoryPlan(
      within: least, for: [workload], estimate, dividesPasses: false)
    #expect(whole.tokensPerPass == 1024)
  }

  @Test func aLimitThatIsTooSmallNamesTheLeastThatWouldDo() throws {
    let estimate = try Self.llama()
    let workload = Workload.gradients([300])
    let error = #expect(throws: ModelError.self) {
      try MemoryPlan(
        within: ByteCount(300_000_000), for: [workload], estimate, dividesPasses: true)
    }
    guard case .memoryTooSmall(let limit, let least, false)? = error else {
      Issue.record("another error")
      return
    }
    #expect(limit.bytes == 300_000_000)
    // The number as a person reads it is enough, and little less is not.
    let shown = try #require(ByteCount(least.description))
    #expect(
      try MemoryPlan(within: shown, for: [workload], estimate, dividesPasses: true).weights
        != .resident)
    #expect(throws: ModelError.self) {
      try MemoryPlan(
        within: ByteCount(least.bytes - 1), for: [workload], estimate, dividesPasses: true)
    }
  }

  @Test func weightsThatMoveMustBeInMemory() throws {
    var workload = Workload.gradients([64])
    workload.movesWeights = true
    let error = #expect(throws: ModelError.self) {
      try Self.plan(try Self.llama(), "20GB", workload)
    }
    guard case .memoryTooSmall(_, let least, true)? = error else {
      Issue.record("another error")
      return
    }
    #expect(least.bytes > 27_000_000_000)
  }

  /// Generation takes what cache there is room for, one sequence at least.
  @Test func cachesFillWhatIsLeft() throws {
    let estimate = try Self.llama()
    let workload = Workload.generation(
      Array(repeating: 100, count: 200), newTokens: 56, batchSize: 64)
    #expect(workload.cachedTokens == 64 * 156 + 100)
    let plan = try Self.plan(estimate, "4GB", workload)
    #expect(plan.cachedTokens >= 256 && plan.cachedTokens < workload.cachedTokens)
    #expect(estimate.peak(plan, [workload]).bytes <= 4_000_000_000)
  }

  @Test func passesHoldAsManySequencesAsFit() {
    let plan = MemoryPlan(weights: .resident, recomputesActivations: false, tokensPerPass: 10)
    #expect(plan.passes(over: [4, 6, 1, 30, 5, 5, 1]) == [0..<2, 2..<3, 3..<4, 4..<6, 6..<7])
    #expect(plan.passes(over: []) == [])
    #expect(plan.passes(over: [11]) == [0..<1])
  }

  /// Sizes that would overflow an Int are refused like any other.
  @Test func absurdShapes() throws {
    let configuration = try ModelConfiguration(parsing: [
      "model_type": "llama", "hidden_size": .integer(1 << 24),
      "intermediate_size": .integer(1 << 24), "num_hidden_layers": 4096, "num_attention_heads": 1,
      "vocab_size": .integer(1 << 24),
    ])
    let estimate = MemoryEstimate(configuration, threads: 1024)
    #expect(throws: ModelError.self) {
      try Self.plan(estimate, "900TB", .gradients([1 << 24]))
    }
  }
}

@Suite struct ByteCountTests {
  @Test(arguments: [
    ("4GB", 4_000_000_000), ("800MiB", 838_860_800), ("1.5 GiB", 1_610_612_736), ("17", 17),
    ("17B", 17), ("2k", 2000), ("2kb", 2000), ("3m", 3_000_000), ("1Ti", 1 << 40), ("0.5kB", 500),
  ])
  func amounts(_ text: String, _ bytes: Int) {
    #expect(ByteCount(text)?.bytes == bytes)
  }

  @Test(arguments: [
    "", "GB", "-1GB", "0", "0.1", "1e9", "4 gigabytes", "4GBB", "1.2.3GB", "99999999999TB", "nan",
    "inf", "٤GB", "4GB ", "0x10",
  ])
  func otherTexts(_ text: String) { #expect(ByteCount(text) == nil) }

  @Test(arguments: [
    (1_640_000_000, "1.64GB"), (1_640_000_001, "1.65GB"), (82_100_000, "83MB"), (999, "999B"),
    (4_000_000_000, "4GB"), (999_999_999, "1000MB"), (123_456_789_012_345, "124TB"),
  ])
  func descriptions(_ bytes: Int, _ text: String) {
    let amount = ByteCount(bytes)
    #expect(amount.description == text)
    #expect((ByteCount(text)?.bytes ?? 0) >= bytes)
  }
}
