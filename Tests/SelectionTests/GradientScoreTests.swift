import Checkpoints
import LinearAlgebra
import OrderedJSON
import Selection
import TestSupport
import Testing
import Tokens
import Transformer

/// Scores from factors beside those from gradients that PyTorch formed in float64
/// (`Tests/Python/make_selection_reference.py`).
@Suite struct GradientScoreTests {
  private let reference: JSONValue
  private let kinds = ["candidates", "attack", "answers"]

  init() throws { reference = try Fixtures.json("selection/reference.json") }

  private func examples(_ kind: String) throws -> [Example] {
    let members = try #require(reference["examples"]?[kind]?.arrayValue)
    return try members.enumerated().map { index, member in
      let tokens = try #require(member.arrayValue?[0].arrayValue).compactMap(\.integerValue)
      let prompt = try #require(member.arrayValue?[1].integerValue)
      return Example(
        id: "\(kind) \(index)", tokens: tokens.map { TokenID($0) },
        answerMask: tokens.indices.map { $0 >= prompt })
    }
  }

  private func model(_ plan: MemoryPlan = .unlimited) throws -> LanguageModel {
    let checkpoint = try Checkpoint(opening: Fixtures.path("models/llama"))
    return try LanguageModel(
      configuration: try ModelConfiguration(parsing: checkpoint.configuration), source: checkpoint,
      plan: plan)
  }

  private func numbers(_ value: JSONValue?) throws -> [Double] {
    try #require(value?.arrayValue).map { try #require($0.doubleValue) }
  }

  /// 13 examples of 594 tokens, more than are multiplied at once.
  ///
  /// Float32 left 2e-6 of the norms.
  @Test func innerProductsAreThoseOfFormedGradients() throws {
    let model = try model()
    let (losses, products) = try model.gradientProducts(
      of: try kinds.flatMap(examples), modules: model.configuration.linearModules)
    let expectedLosses = try kinds.flatMap { try numbers(reference["losses"]?[$0]) }
    for (loss, expected) in try pairs(losses, expectedLosses) {
      #expect(abs(loss - expected) < 1e-5)
    }
    let expected = try #require(reference["products"]?.arrayValue).map { try numbers($0) }
    #expect(products.count == 13)
    for (row, (found, truth)) in try pairs(products, expected).enumerated() {
      for (column, (product, value)) in try pairs(found, truth).enumerated() {
        let norms = (expected[row][row] * expected[column][column]).squareRoot()
        #expect(abs(product - value) < 1e-5 * norms)
      }
    }
  }

  @Test func scoresAreThoseOfFormedGradients() throws {
    let model = try model()
    let (_, products) = try model.gradientProducts(
      of: try kinds.flatMap(examples), modules: model.configuration.linearModules)
    let answers = try examples("answers")
    let scores = GradientScores(
      products: products, candidates: 6, attack: 3, answerLengths: answers.map(\.answerTokenCount))
    let opposition = try #require(scores.opposition)
    let predictedKL = try #require(scores.predictedKL)
    // Cosines here are of the order of 0.01, drops and rises of 0.1: random tokens have little in common.
    // Float32 left 1e-7 of cosines and 2e-6 of the others.
    for (values, name, tolerance) in [
      (scores.alignment, "alignment", 2e-6), (opposition, "opposition", 2e-6),
      (scores.predictedDrop, "predicted_drop", 2e-5), (predictedKL, "predicted_kl", 2e-5),
    ] {
      let expected = try numbers(reference["scores"]?[name])
      for (value, truth) in try pairs(values, expected) {
        #expect(abs(value - truth) < tolerance, "\(name)")
      }
    }
    let dropPerKL = try #require(scores.dropPerKL)
    for index in 0..<6 {
      #expect(dropPerKL[index] == scores.predictedDrop[index] / predictedKL[index])
    }
  }

  /// Weights that are streamed and activations that are computed again change nothing.
  @Test func littleMemoryGivesTheSameProducts() throws {
    let examples = try kinds.flatMap(examples)
    let plan = MemoryPlan(
      weights: .streamed, recomputesActivations: true, tokensPerPass: 16)
    let all = try [MemoryPlan.unlimited, plan].map { plan in
      let model = try model(plan)
      return try model.gradientProducts(of: examples, modules: model.configuration.linearModules)
        .products
    }
    #expect(all[0].count == 13)
    #expect(all[0] == all[1])
  }

  /// A subset of modules is a part of the vector.
  @Test func modulesAddUp() throws {
    let model = try model()
    let examples = try examples("candidates")
    let halves = try [0, 1].map { layer in
      try model.gradientProducts(
        of: examples, modules: model.configuration.linearModules(ofLayer: layer)
      ).products
    }
    let whole = try model.gradientProducts(
      of: examples, modules: model.configuration.linearModules
    ).products
    #expect(whole.count == 6)
    for row in 0..<6 {
      for column in 0..<6 {
        let sum = halves[0][row][column] + halves[1][row][column]
        #expect(abs(sum - whole[row][column]) < 1e-9 * (1 + abs(sum)))
      }
    }
  }
}

/// Scores with known answers, from products of planted vectors.
@Suite struct PlantedScoreTests {
  private func products(_ vectors: [[Double]]) -> [[Double]] {
    vectors.map { one in vectors.map { zip(one, $0).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  @Test func knownAnswers() throws {
    // Candidates (2,0), (1,0), (0,1); an attack of (-1,0) twice; one answer (0,3) of 4 tokens.
    let scores = GradientScores(
      products: products([[2, 0], [1, 0], [0, 1], [-1, 0], [-1, 0], [0, 3]]), candidates: 3,
      attack: 2, answerLengths: [4])
    let half = 0.5.squareRoot()
    for (found, expected) in try pairs(scores.alignment, [half, 2 / 5.0.squareRoot(), 0]) {
      #expect(abs(found - expected) < 1e-15)
    }
    #expect(scores.opposition == [1, 1, 0])
    #expect(scores.predictedDrop == [0.5, 1, 0])
    #expect(scores.predictedKL == [0, 0, 18])
    #expect(scores.norms == [2, 1, 1])
    #expect(scores.dropPerKL?[0] == .infinity)
  }

  @Test func nothingToCompareWith() {
    let scores = GradientScores(
      products: products([[0, 0], [1, 0]]), candidates: 2, attack: 0, answerLengths: [])
    #expect(scores.opposition == nil && scores.predictedKL == nil && scores.dropPerKL == nil)
    // A gradient of zero has no direction, and nobody has one beside it.
    #expect(scores.alignment.allSatisfy { $0.isNaN })
  }
}
