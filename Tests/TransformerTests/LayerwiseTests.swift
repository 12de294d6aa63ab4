import Checkpoints
import LinearAlgebra
import TestSupport
import Testing
import Tokens
import Transformer

/// Passes side by side give what each gives alone, to the last bit, layer after layer.
@Suite struct LayerwiseTests {
  /// Remembers in which order gradients came.
  private final class Journal {
    var layers: [Int] = []
  }

  private final class Observer: GradientObserver {
    let dense: DenseGradients
    let journal: Journal

    init(_ configuration: ModelConfiguration, _ journal: Journal) {
      dense = DenseGradients(configuration)
      self.journal = journal
    }

    func observe(
      layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
    ) {
      dense.observe(layer: layer, site: site, input: input, outputGradient: outputGradient)
      journal.layers.append(layer)
    }
  }

  @Test(arguments: ["llama", "gemma3", "mistral-window8"], [0, 1, Int.max])
  func gradientsAreThoseOfSinglePasses(_ name: String, room: Int) throws {
    let oracle = try OracleModel(name)
    let examples = try (0..<3).map { try oracle.example($0).sequence }
    let passes = [[examples[0], examples[1]], [examples[2]]]
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/\(name)"))
    var plan = MemoryPlan(
      weights: .streamed, recomputesActivations: true, tokensPerPass: 1024)
    plan.keptInputs = room
    let model = try LanguageModel(
      configuration: oracle.configuration, source: checkpoint, plan: plan)
    let journal = Journal()
    let observers = passes.map { _ in Observer(oracle.configuration, journal) }
    var (layerCount, finished) = (0, [Int]())
    let losses = try model.backpropagateLayerwise(
      passes, observers: observers, didLayer: { layerCount += 1 },
      didGradients: { layer in
        finished.append(layer)
        #expect(journal.layers.allSatisfy { $0 >= layer })
      })
    let layers = oracle.configuration.layerCount
    #expect(finished == Array((0..<layers).reversed()))
    #expect(layerCount == passes.count * plan.layerRuns(layerCount: layers))
    #expect(journal.layers.count == 4 * layers * passes.count)
    for (index, pass) in passes.enumerated() {
      let alone = DenseGradients(oracle.configuration)
      let expected = try oracle.model.backpropagate(
        pass, weights: pass.map { _ in 1 }, observer: alone)
      #expect(losses[index] == expected)
      #expect(observers[index].dense.gradients == alone.gradients)
      #expect(!alone.gradients.isEmpty)
    }
  }
}
