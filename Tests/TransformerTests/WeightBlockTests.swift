import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing
import Tokens
import Transformer

/// A layer whose matrices are several blocks of 8 MiB: no bit depends on where they are, whatever the rows.
@Suite struct WeightBlockTests {
  /// One layer; rows that no kernel divides evenly, and tensors of a site that begin inside blocks.
  private struct WideLayer: TensorSource {
    let configuration: ModelConfiguration
    /// A tensor, and a row of it with a number that is none.
    var poisoned: (name: String, row: Int)?

    init() throws {
      configuration = try ModelConfiguration(parsing: [
        "model_type": "llama", "hidden_size": 2048, "intermediate_size": 3001,
        "num_hidden_layers": 1, "num_attention_heads": 15, "num_key_value_heads": 5,
        "head_dim": 100, "vocab_size": 64,
      ])
    }

    func shape(of name: String) -> [Int]? {
      configuration.tensorShapes.first { $0.name == name }?.shape
    }

    func read(
      _ name: String, rows: Range<Int>, into destination: inout MutableSpan<Float>
    ) {
      let columns = destination.count / rows.count
      let (isNorm, factor) = (name.contains("norm"), UInt32(name.utf8.count) &* 2_654_435_761)
      for place in destination.indices {
        let hash = UInt32(truncatingIfNeeded: rows.lowerBound * columns + place) &* factor
        destination[place] = isNorm ? 1 : (Float(hash >> 8) / 0x1p23 - 1) / 32
      }
      if let poisoned, poisoned.name == name, rows.contains(poisoned.row) {
        destination[(poisoned.row - rows.lowerBound) * columns + 5] = .nan
      }
    }
  }

  private final class Factors: GradientObserver {
    private(set) var all: [[Float]] = []
    var wantsAllParameters: Bool { true }

    func observe(
      layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
    ) {
      all += [input.elements, outputGradient.elements]
    }

    func observe(embeddingOf tokens: [Int32], gradient: borrowing Matrix) {
      all.append(gradient.elements)
    }
  }

  /// A weight that is not finite is named where it stands, in whichever block, when it is read first.
  @Test func weightsThatAreNotFiniteAreNamed() throws {
    var source = try WideLayer()
    source.poisoned = ("model.layers.0.mlp.up_proj.weight", 2900)
    let error = ModelError.nonFiniteWeight(
      tensor: "model.layers.0.mlp.up_proj.weight", row: 2900, column: 5)
    #expect(throws: error) {
      try LanguageModel(configuration: source.configuration, source: source)
    }
    let streamed = try LanguageModel(
      configuration: source.configuration, source: source,
      plan: MemoryPlan(weights: .streamed, recomputesActivations: false, tokensPerPass: 1024))
    #expect(throws: error) { _ = try streamed.logits([1, 2]) }
  }

  /// As few rows as the kernels for few take, many, and a number that leaves some over; the answer is all of
  /// the example, or its last token.
  @Test(arguments: [3, 64, 331], [1, 2])
  func blocksMakeUpTheWhole(_ tokens: Int, threads: Int) throws {
    let source = try WideLayer()
    let models = try [MemoryPlan.Weights.resident, .streamed].map {
      try LanguageModel(
        configuration: source.configuration, source: source,
        plan: MemoryPlan(weights: $0, recomputesActivations: false, tokensPerPass: 1024))
    }
    for prompt in [1, tokens - 1] {
      let example = Example(
        id: "", tokens: (0..<tokens).map { TokenID($0 * 37 % 64) },
        answerMask: (0..<tokens).map { $0 >= prompt })
      try ComputeThreads.$count.withValue(threads) {
        let factors = try models.map { model in
          let factors = Factors()
          let losses = try model.backpropagate([example], weights: [1], observer: factors)
          return (losses, factors.all)
        }
        #expect(factors[0].0 == factors[1].0)
        #expect(factors[0].1.count == 9)
        #expect(factors[0].1 == factors[1].1)
      }
    }
  }
}
