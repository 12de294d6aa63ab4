import Foundation
import LinearAlgebra
import OrderedCollections
import OrderedJSON
import Recovery
import TestSupport
import Testing
import Tokens
import Transformer

/// Training steps beside PyTorch's in float64 (`Tests/Fixtures/recovery/make_reference.py`): the losses follow
/// the optimizer, and the gradient norm counts every parameter, norms, biases, embedding and head
/// included.
///
/// Float32 leaves 1e-5 on losses of 3 to 7 after five steps; 1e-3 allows for AdamW's
/// division by tiny second moments, and a wrong rule is off by 1e-1.
@Suite struct FineTuningTests {
  private static let reference = Fixtures.path("recovery/reference.json")

  @Test(arguments: 0..<6)
  func followsPyTorch(_ index: Int) throws {
    let json = try JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: Self.reference))))
    let run = try #require(json["runs"]?.arrayValue?[index])
    let examples = try (json["examples"]?.arrayValue ?? []).map { example in
      let tokens = (example.arrayValue?[0].arrayValue ?? []).compactMap(\.integerValue)
      return sequence(
        tokens.map { Int32($0) }, prompt: try #require(example.arrayValue?[1].integerValue))
    }
    let kind = try #require(OptimizerKind(rawValue: run["optimizer"]?.stringValue ?? ""))
    let tuning = FineTuning(
      method: .full, epochs: 5, batchSize: 2,
      learningRate: try #require(run["learning_rate"]?.doubleValue), optimizer: kind,
      weightDecay: kind == .adamw ? try #require(json["weight_decay"]?.doubleValue) : 0)
    var steps: [TrainingStep] = []
    _ = try tuning.run(
      try tinyModel(try #require(run["model"]?.stringValue)), examples: examples
    ) { steps.append($0) }
    let losses = (run["losses"]?.arrayValue ?? []).compactMap(\.doubleValue)
    let norms = (run["gradient_norms"]?.arrayValue ?? []).compactMap(\.doubleValue)
    #expect(steps.count == 5 && losses.count == 5 && norms.count == 5)
    for (step, (loss, norm)) in try pairs(steps, Array(zip(losses, norms))) {
      #expect(abs(step.loss - loss) < 1e-3, "step \(step.step)")
      #expect(abs(step.gradientNorm - norm) < 1e-3 * norm, "step \(step.step)")
    }
  }

  /// LoRA of the first step: B moves along `-η · sign`, A stays, as B starts at zero.
  @Test func loraStartsAtTheModel() throws {
    let model = try tinyModel("llama")
    let example = sequence([1, 60, 89, 60, 206, 2, 175], prompt: 3)
    let before = try model.losses([example])[0]
    let tuning = FineTuning(
      method: .lora(rank: 4, alpha: 8), epochs: 40, batchSize: 1, learningRate: 1e-2, seed: 7)
    var steps: [TrainingStep] = []
    let updates = try #require(
      try tuning.run(model, examples: [example]) { steps.append($0) })
    #expect(abs(steps[0].loss - before) < 1e-6)
    #expect(try model.losses([example])[0] < 0.2 * before)
    #expect(updates.count == model.configuration.linearModules.count)
    model.updates = [:]
    #expect(try model.losses([example])[0] == before)
  }

  /// Weights that are read again for every pass, and activations that are computed again, change no bit
  /// of what LoRA learns.
  @Test(arguments: [false, true])
  func loraStreamsTheWeights(_ recomputes: Bool) throws {
    let examples = (0..<4).map { sequence([1, 60, 89, 60 + $0, 206, 2, 175], prompt: 3) }
    let tuning = FineTuning(
      method: .lora(rank: 3, alpha: 6), epochs: 2, batchSize: 3, learningRate: 1e-2, seed: 7)
    let plans = [
      MemoryPlan.unlimited,
      MemoryPlan(
        weights: .streamed, recomputesActivations: recomputes, tokensPerPass: 1024),
    ]
    var losses: [[Double]] = []
    var factors: [[Float]] = []
    for plan in plans {
      var steps: [TrainingStep] = []
      let updates = try #require(
        try tuning.run(try tinyModel("llama", plan: plan), examples: examples) { steps.append($0) })
      losses.append(steps.map(\.loss))
      factors.append(updates.values.flatMap { $0.left.elements + $0.right.elements })
    }
    #expect(losses[0].count == 4 && factors[0].count > 4000)
    #expect(losses[0] == losses[1])
    #expect(factors[0] == factors[1])
  }

  @Test func theSeedDecides() throws {
    func run(_ seed: UInt64) throws -> [Double] {
      let examples = (0..<6).map { sequence([1, 2, 3 + $0, 4, 5], prompt: 2) }
      var losses: [Double] = []
      let tuning = FineTuning(
        method: .lora(rank: 2, alpha: 2), epochs: 2, batchSize: 2, learningRate: 1e-2, seed: seed)
      _ = try tuning.run(try tinyModel("llama"), examples: examples) { losses.append($0.loss) }
      return losses
    }
    #expect(try run(3) == run(3))
    #expect(try run(3) != run(4))
  }
}

@Suite struct SafetyRecoveryTests {
  private let example = sequence([1, 60, 89, 60, 206, 2, 175, 119, 6], prompt: 4)

  private func firstStep(
    _ choice: SubspaceChoice, rank: Int
  ) throws -> (updates: ModuleMatrices, record: RecoveryStep) {
    let recovery = SafetyRecovery(
      choice: choice, rank: rank, steps: 1, learningRate: 0.5, optimizer: .sgd, seed: 5)
    let result = try recovery.run(try tinyModel("llama"), example: example) { _, _ in }
    return (try #require(result.updates), result.records[0])
  }

  private func denseGradients() throws -> [LinearModule: [Float]] {
    let model = try tinyModel("llama")
    let observer = DenseGradients(model.configuration)
    _ = try model.backpropagate([example], weights: [1], observer: observer)
    return observer.gradients
  }

  private func product(_ update: LowRankMatrix) -> Matrix {
    var result = Matrix(rows: update.left.rows, columns: update.right.columns)
    result.multiply(update.left, by: update.right, alpha: update.scale)
    return result
  }

  /// With every component kept, one step of gradient descent inside the subspace is one of plain
  /// gradient descent: ΔW = -η c G with the clipping factor c.
  ///
  /// The float32 products leave 1e-5.
  @Test func theWholeSubspaceIsNoRestriction() throws {
    let (updates, record) = try firstStep(.own, rank: 64)
    let gradients = try denseGradients()
    let clipping = min(1, 1 / record.training.gradientNorm)
    for (module, update) in updates {
      let gradient = try #require(gradients[module])
      let scale = Float(-0.5 * clipping)
      var difference = 0.0
      var norm = 0.0
      for (moved, slope) in try pairs(product(update).elements, gradient) {
        difference += Double((moved - scale * slope) * (moved - scale * slope))
        norm += Double(scale * slope * scale * slope)
      }
      #expect((difference / norm).squareRoot() < 1e-4, "\(module.name)")
    }
  }

  /// Own top-r, the complement and the gradient fit together: ranks add up and nothing overlaps.
  @Test func ownAndComplementAreOrthogonal() throws {
    let own = try firstStep(.own, rank: 2).updates
    let complement = try firstStep(.complement, rank: 2).updates
    #expect(!complement.isEmpty)
    for (module, update) in own {
      guard let other = complement[module] else { continue }
      #expect(update.innerDimension == 2)
      var overlap = Matrix(rows: update.innerDimension, columns: other.innerDimension)
      overlap.multiply(update.right, by: other.right, .transposed)
      #expect(overlap.frobeniusNorm < 1e-4, "\(module.name)")
    }
  }

  @Test func randomBasesAreOrthonormalAndSeeded() throws {
    let first = try firstStep(.random, rank: 4).updates
    let second = try firstStep(.random, rank: 4).updates
    for (module, update) in first {
      var gram = Matrix(rows: update.innerDimension, columns: update.innerDimension)
      gram.multiply(update.right, by: update.right, .transposed)
      gram.add(.identity(update.innerDimension), scale: -1)
      #expect(gram.frobeniusNorm < 1e-5, "\(module.name)")
      #expect(second[module]?.right.elements == update.right.elements)
    }
  }

  /// What `own` finds, handed over as stored, moves the model the same.
  @Test func storedSubspacesAreThoseThatMove() throws {
    let model = try tinyModel("llama")
    let found = try #require(
      try SafetyRecovery(choice: .own, rank: 3).subspaces(of: model, examples: [example]))
    let own = try firstStep(.own, rank: 3)
    let stored = try firstStep(.stored(found.entries), rank: 3)
    #expect(stored.record.size == own.record.size)
    #expect(Array(own.updates.keys) == model.configuration.linearModules)
    #expect(own.updates.keys == stored.updates.keys)
    for (update, other) in zip(own.updates.values, stored.updates.values) {
      #expect(update.left.elements == other.left.elements)
      #expect(update.right.elements == other.right.elements)
    }
  }

  /// `||ΔW||` from the factors equals that of the formed products, and the rank is at most r.
  @Test func theLogTellsTheUpdate() throws {
    let (updates, record) = try firstStep(.own, rank: 3)
    let squares = updates.values.reduce(0.0) {
      let norm = product($1).frobeniusNorm
      return $0 + norm * norm
    }
    let norm = record.size.norm
    #expect(abs(norm - squares.squareRoot()) < 1e-5 * norm)
    #expect(try #require(record.size.ranks).largest == 3)
  }

  @Test func stopsAtTheLossThatWasAskedFor() throws {
    let recovery = SafetyRecovery(
      choice: .own, rank: 8, steps: 200, learningRate: 3e-2, stopLoss: 1.0)
    let result = try recovery.run(try tinyModel("llama"), example: example) { _, _ in }
    #expect(result.records.count < 200)
    #expect(result.finalLoss <= 1.0)
    #expect(try #require(result.records.last).training.loss > 1.0)
  }

  @Test func fullMovesTheWeights() throws {
    let model = try tinyModel("llama")
    let before = try model.losses([example])[0]
    let recovery = SafetyRecovery(choice: .full, steps: 3, learningRate: 1e-3)
    let result = try recovery.run(model, example: example) { _, _ in }
    #expect(result.updates == nil)
    #expect(result.finalLoss < before)
    #expect(try model.losses([example])[0] == result.finalLoss)
  }
}
