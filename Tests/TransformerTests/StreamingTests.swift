import Checkpoints
import Foundation
import LinearAlgebra
import OrderedCollections
import OrderedJSON
import Synchronization
import TestSupport
import Testing
import Tokens
import Transformer

/// The same model in memory and streamed from its files.
private struct Pair {
  let resident: LanguageModel
  let streamed: LanguageModel

  init(
    opening path: String, recomputes: Bool = false,
    replacing replace: (Checkpoint) -> any TensorSource = { $0 }
  ) throws {
    let checkpoint = try Checkpoint(opening: path)
    let configuration = try ModelConfiguration(parsing: checkpoint.configuration)
    let source = replace(checkpoint)
    resident = try LanguageModel(configuration: configuration, source: source)
    let plan = MemoryPlan(
      weights: .streamed, recomputesActivations: recomputes, tokensPerPass: 1024)
    streamed = try LanguageModel(
      configuration: configuration, source: source, plan: plan)
  }
}

/// Everything that a pass tells of some sequences.
private final class Everything: GradientObserver {
  private let dense: DenseGradients
  private(set) var others: [String: [Float]] = [:]

  var gradients: [LinearModule: [Float]] { dense.gradients }
  var wantsAllParameters: Bool { true }

  init(_ model: LanguageModel) { dense = DenseGradients(model.configuration) }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    dense.observe(layer: layer, site: site, input: input, outputGradient: outputGradient)
  }

  func observe(layer: Int?, norm: NormKind, gradient: borrowing Matrix) {
    others["\(norm) \(layer ?? -1)"] = gradient.elements
  }

  func observe(embeddingOf tokens: [Int32], gradient: borrowing Matrix) {
    others["embedding"] = gradient.elements
  }

  func observe(headFrom logitGradient: borrowing Matrix, hidden: borrowing Matrix) {
    others["head"] = logitGradient.elements + hidden.elements
  }
}

private func expectSamePasses(_ pair: Pair, _ sequences: [Example]) throws {
  for sequence in sequences {
    let logits = try pair.streamed.logits(sequence.tokens).elements
    #expect(logits == (try pair.resident.logits(sequence.tokens).elements))
  }
  // Twice, so that layers are read again in both orders.
  for _ in 0..<2 {
    let (expected, found) = (Everything(pair.resident), Everything(pair.streamed))
    let weights = sequences.map { 1 / Double($0.tokens.count) }
    let losses = try pair.resident.backpropagate(sequences, weights: weights, observer: expected)
    #expect(
      try pair.streamed.backpropagate(sequences, weights: weights, observer: found) == losses)
    #expect(try pair.streamed.losses(sequences) == losses)
    #expect(found.gradients == expected.gradients)
    #expect(found.others == expected.others)
    #expect(found.gradients.count == pair.resident.configuration.linearModules.count)
  }
}

private func sequences(vocabularySize: Int) -> [Example] {
  [(7, 3), (19, 12), (2, 1)].map { length, prompt in
    let tokens = (0..<length).map { Int32(($0 * 37 + prompt) % vocabularySize) }
    return Example(
      id: "\(length)", tokens: tokens, answerMask: tokens.indices.map { $0 >= prompt })
  }
}

/// Streamed layers, recomputed activations and the head in parts change no bit of any result.
@Suite struct StreamingTests {
  @Test(arguments: OracleModel.names)
  func everyPassIsTheSame(_ name: String) throws {
    for recomputes in [false, true] {
      let pair = try Pair(
        opening: Fixtures.path("models/\(name)"), recomputes: recomputes)
      let size = pair.resident.configuration.vocabularySize
      try expectSamePasses(pair, sequences(vocabularySize: size))
    }
  }

  @Test(arguments: ["gemma2", "gemma3", "llama3", "phi3", "qwen2", "qwen3"])
  func quantisedFilesAreTheSame(_ name: String) throws {
    let pair = try Pair(
      opening: Fixtures.path("checkpoints/architectures/\(name)/\(name).gguf"), recomputes: true)
    let size = pair.resident.configuration.vocabularySize
    try expectSamePasses(pair, sequences(vocabularySize: size))
  }

  /// A tensor source in front of another changes weights each time they are read.
  private struct Doubled: TensorSource {
    let checkpoint: Checkpoint
    let tensor: String
    let readings = Count()

    final class Count: Sendable {
      private let count = Mutex(0)
      var value: Int { count.withLock { $0 } }
      func add() { count.withLock { $0 += 1 } }
    }

    func shape(of name: String) -> [Int]? { checkpoint.shape(of: name) }

    func read(
      _ name: String, rows: Range<Int>, into destination: inout MutableSpan<Float>
    ) throws {
      try checkpoint.read(name, rows: rows, into: &destination)
      guard name == tensor else { return }
      readings.add()
      for place in destination.indices { destination[place] *= 2 }
    }
  }

  @Test func whatChangesWeightsDoesSoEachTimeTheyAreRead() throws {
    var doubled: Doubled?
    let pair = try Pair(opening: Fixtures.path("models/gemma3")) { checkpoint in
      let source = Doubled(checkpoint: checkpoint, tensor: "model.layers.0.mlp.down_proj.weight")
      doubled = source
      return source
    }
    let plain = try OracleModel("gemma3")
    let tokens = try plain.example(0).tokens
    try expectSamePasses(pair, [try plain.example(0).sequence])
    #expect(try pair.streamed.logits(tokens).elements != plain.model.logits(tokens).elements)
    // Once for the model in memory; for the other forward, forward and back and forward, and that twice.
    #expect(try #require(doubled).readings.value >= 1 + 1 + 2 * 3)
  }

  @Test func attachedUpdatesCount() throws {
    let pair = try Pair(opening: Fixtures.path("models/qwen3"))
    for model in [pair.resident, pair.streamed] {
      for module in model.configuration.linearModules {
        let left = Matrix(
          rows: module.outFeatures, columns: 1,
          elements: (0..<module.outFeatures).map { Float($0 % 5) / 50 })
        let right = Matrix(
          rows: 1, columns: module.inFeatures,
          elements: (0..<module.inFeatures).map { Float($0 % 3) / 10 })
        model.updates[module] = LowRankMatrix(left: left, right: right)
      }
    }
    try expectSamePasses(pair, sequences(vocabularySize: 200))
  }

  @Test(arguments: ["llama", "gemma3"])
  func generationIsTheSame(_ name: String) throws {
    let pair = try Pair(opening: Fixtures.path("models/\(name)"))
    let tokens = try OracleModel(name).example(1).tokens
    let prompts = [9, 5, 12].map { Array(tokens.prefix($0)) }
    let expected = try pair.resident.generate(prompts: prompts, maxNewTokens: 5, stopTokens: [])
    #expect(
      try pair.streamed.generate(prompts: prompts, maxNewTokens: 5, stopTokens: []) == expected)
  }

  /// A cache too small for two sequences decodes one after the other.
  @Test func generationWithASmallCache() throws {
    let oracle = try OracleModel("llama")
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/llama"))
    var plan = MemoryPlan.unlimited
    plan.cachedTokens = 20
    let model = try LanguageModel(
      configuration: oracle.configuration, source: checkpoint, plan: plan)
    let tokens = try oracle.example(1).tokens
    let prompts = [9, 5, 12].map { Array(tokens.prefix($0)) }
    #expect(
      try model.generate(prompts: prompts, maxNewTokens: 5, stopTokens: [])
        == oracle.model.generate(prompts: prompts, maxNewTokens: 5, stopTokens: []))
  }

  /// Passes too short for those that begin beside those that are on their way: the former go alone.
  @Test(arguments: [1, 14, 30])
  func generationInShortPasses(_ tokensPerPass: Int) throws {
    let oracle = try OracleModel("llama")
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/llama"))
    var plan = MemoryPlan.unlimited
    plan.tokensPerPass = tokensPerPass
    let model = try LanguageModel(
      configuration: oracle.configuration, source: checkpoint, plan: plan)
    let tokens = try oracle.example(1).tokens
    let prompts = [9, 5, 12, 7, 3].map { Array(tokens.suffix($0)) }
    for batchSize in [1, 2, 5] {
      #expect(
        try model.generate(
          prompts: prompts, maxNewTokens: 5, stopTokens: [], batchSize: batchSize)
          == oracle.model.generate(prompts: prompts, maxNewTokens: 5, stopTokens: []))
    }
  }

  @Test func savedWeightsAreTheSame() throws {
    let folder = try TemporaryFolder()
    let pair = try Pair(opening: Fixtures.path("models/gemma2"))
    try pair.resident.writeWeights(to: folder.file("resident.safetensors"))
    try pair.streamed.writeWeights(to: folder.file("streamed.safetensors"))
    let files = try ["resident", "streamed"].map {
      try Data(contentsOf: URL(filePath: folder.file("\($0).safetensors")))
    }
    #expect(files[0] == files[1])
  }

  @Test func threadsDoNotChangeTheLosses() throws {
    let oracle = try OracleModel("qwen3")
    let sequences = try (0..<3).map { try oracle.example($0).sequence }
    let serial = try oracle.model.losses(sequences)
    let parallel = try ComputeThreads.$count.withValue(2) { try oracle.model.losses(sequences) }
    for (a, b) in try pairs(serial, parallel) { #expect(abs(a - b) < 1e-5) }
  }
}

// MARK: A head of more rows than a product takes at once

extension StreamingTests {
  /// Rows of 2^20 numbers, of which a product takes 16: twenty rows are two parts.
  ///
  /// Row t of the head is t + 1 times a row common to all.
  fileprivate struct WideModel: TensorSource {
    let configuration: ModelConfiguration
    var poisoned: Int?
    var normScale: Float = 1

    init() throws {
      configuration = try ModelConfiguration(parsing: [
        "model_type": "llama", "hidden_size": .integer(1 << 20), "intermediate_size": 1,
        "num_hidden_layers": 1, "num_attention_heads": 1, "head_dim": 2, "vocab_size": 20,
      ])
    }

    func shape(of name: String) -> [Int]? {
      let wide = configuration.hiddenSize
      if name.hasSuffix("norm.weight") { return [wide] }
      if name.contains("embed") || name.contains("head") { return [20, wide] }
      if name.contains("o_proj") { return [wide, 2] }
      if name.contains("down") { return [wide, 1] }
      return [name.contains("mlp") ? 1 : 2, wide]
    }

    func read(
      _ name: String, rows: Range<Int>, into destination: inout MutableSpan<Float>
    ) {
      let isHead = name == "lm_head.weight"
      for (offset, source) in rows.enumerated() {
        var scale: Float = name == "model.norm.weight" ? normScale / 4096 : 1 / 4096
        if isHead { scale *= Float(source + 1) / 64 }
        let columns = destination.count / rows.count
        for column in 0..<columns {
          let place = (isHead ? 0 : source * 31) + column * 7
          destination[offset * columns + column] = Float(place % 17 - 8) * scale
        }
        if isHead, source == poisoned { destination[offset * columns + 3] = .infinity }
      }
    }
  }

  private func model(
    _ source: WideModel, _ weights: MemoryPlan.Weights
  ) throws -> LanguageModel {
    try LanguageModel(
      configuration: source.configuration, source: source,
      plan: MemoryPlan(weights: weights, recomputesActivations: false, tokensPerPass: 1024))
  }

  private func wideSequence() -> Example {
    Example(id: "wide", tokens: [1, 18, 4], answerMask: [false, true, true])
  }

  @Test func partsOfTheHeadMakeUpTheWhole() throws {
    let source = try WideModel()
    let resident = try model(source, .resident)
    let streamed = try model(source, .streamed)
    let logits = try resident.logits([1, 18, 4])
    #expect(try streamed.logits([1, 18, 4]).elements == logits.elements)
    #expect(abs(logits[0, 0]) > 1e-3)
    for token in 0..<20 {
      #expect(abs(logits[0, token] / logits[0, 0] / Float(token + 1) - 1) < 1e-5)
    }
    var expected = 0.0
    for (row, target) in [(0, 18), (1, 4)] {
      let values = (0..<20).map { Double(logits[row, $0]) }
      let total = values.reduce(0) { $0 + exp($1) }
      expected += (log(total) - values[target]) / 2
    }
    #expect(abs(try streamed.losses([wideSequence()])[0] - expected) < 1e-5)
  }

  /// With the norm's scale w, the loss changes by `w · gradient` as w grows by its own multiple.
  @Test func gradientThroughAllPartsOfTheHead() throws {
    var source = try WideModel()
    let observer = Everything(try model(source, .resident))
    let streamed = try model(source, .streamed)
    _ = try streamed.backpropagate([wideSequence()], weights: [1], observer: observer)
    let gradient = try #require(observer.others["final -1"])
    var slope = 0.0
    for (column, value) in gradient.enumerated() {
      slope += Double(Float(column * 7 % 17 - 8) / 4096) * Double(value)
    }
    let losses = try [1.01, 0.99].map { (scale: Float) in
      source.normScale = scale
      return try model(source, .streamed).losses([wideSequence()])[0]
    }
    let difference = (losses[0] - losses[1]) / 0.02
    #expect(abs(difference) > 1e-3)
    #expect(abs(slope / difference - 1) < 1e-3)
  }

  @Test func headThatIsNotFiniteIsNamed() throws {
    var source = try WideModel()
    source.poisoned = 18
    let error = ModelError.nonFiniteWeight(tensor: "lm_head.weight", row: 18, column: 3)
    #expect(throws: error) { try model(source, .resident) }
    let streamed = try model(source, .streamed)
    #expect(throws: error) { _ = try streamed.logits([1, 2]) }
  }
}
