import Foundation
import LinearAlgebra
import OrderedCollections
import OrderedJSON
import Recovery
import TestSupport
import Testing
import Tokens
import Transformer

/// The first steps of every arm beside PyTorch's in float64 (`Tests/Fixtures/recovery/make_arms_reference.py`), whose
/// bases are those of `torch.linalg.svd` of formed gradients.
///
/// A wrong rule shows in the second digit of the second step.
@Suite struct ArmTests {
  private static let reference = Result {
    try JSONValue(
      parsing: [UInt8](
        Data(contentsOf: URL(filePath: Fixtures.path("recovery/arms.json")))))
  }

  /// Float32 against float64 over three steps, relative: 5e-7 was measured, in a gradient's norm; other
  /// kernels round differently.
  private static let tolerance = 1e-5

  private static func examples() throws -> [Example] {
    try reference.get().list("examples").map { example in
      let parts = try #require(example.arrayValue)
      return sequence(
        try tokens(parts[0]), prompt: try #require(parts[1].integerValue))
    }
  }

  private static func tokens(_ json: JSONValue) throws -> [TokenID] {
    try #require(json.arrayValue).map { TokenID(try #require($0.integerValue)) }
  }

  private static func settings(
    _ run: JSONValue, _ model: LanguageModel, _ json: JSONValue
  ) throws -> SafetyRecovery {
    let arm = try #require(run["arm"]?.stringValue)
    var settings = SafetyRecovery(
      choice: ["flat": .flat, "lora": .lora][arm] ?? .own,
      rank: try #require(run["rank"]?.integerValue), steps: 3,
      stepSize: try #require(json["step_size"]?.doubleValue),
      seed: UInt64(try #require(json["seed"]?.integerValue)))
    settings.sides = Sides(rawValue: arm) ?? .both
    if arm == "avoid" {
      let other = SafetyRecovery(
        choice: .own, rank: try #require(json["avoided_rank"]?.integerValue))
      settings.avoided = try #require(
        try other.subspaces(of: model, examples: [try examples()[1]])
      ).entries
    }
    return settings
  }

  @Test func theReferenceIsWhole() throws {
    #expect(try Self.reference.get().list("runs").count == 8)
  }

  @Test(arguments: 0..<8)
  func followsPyTorch(_ index: Int) throws {
    let json = try Self.reference.get()
    let run = try json.list("runs")[index]
    let model = try tinyModel("llama")
    let examples = Array(try Self.examples().prefix(try #require(run["examples"]?.integerValue)))
    let settings = try Self.settings(run, model, json)
    let preserved =
      run["preserves"]?.boolValue == true
      ? try PreservedAnswers(
        of: model,
        to: try json.list("prompts").enumerated().map { ("\($0)", try Self.tokens($1)) },
        newTokens: try #require(json["new_tokens"]?.integerValue), stopTokens: [],
        weight: try #require(json["weight"]?.doubleValue)) : nil
    let result = try settings.run(
      model, examples: examples, preserving: preserved,
      in: try settings.subspaces(of: model, examples: examples)
    ) { _, _ in }
    let steps = try run.list("steps")
    #expect(steps.count == 3)
    for (found, expected) in try pairs(result.records, steps) {
      try Self.expect(found, like: expected, of: "\(run["arm"]?.stringValue ?? "")")
    }
  }

  private static func expect(
    _ found: RecoveryStep, like expected: JSONValue, of arm: String
  ) throws {
    func value(_ key: String) throws -> Double { try #require(expected[key]?.doubleValue) }
    let step = "\(arm), step \(found.training.step)"
    for (name, found, expected) in [
      ("loss", found.training.loss, try value("loss")),
      ("gradient norm", found.training.gradientNorm, try value("gradient_norm")),
      ("update norm", found.size.norm, try value("update_norm")),
    ] {
      #expect(
        abs(found - expected) < tolerance * expected,
        "\(step): \(name)")
    }
    let divergence = expected["divergence"]?.doubleValue
    #expect((divergence == nil) == (found.training.divergence == nil))
    if let divergence, let found = found.training.divergence {
      // Of 0.006 and 0.018 nats: 1e-7 was measured.
      #expect(
        abs(found - divergence) < 2e-6,
        "\(step): divergence")
    }
  }
}

/// What holds of arms whatever the numbers.
@Suite struct ArmIdentityTests {
  private let example = sequence([1, 60, 89, 60, 206, 2, 175, 119, 6], prompt: 4)

  private func run(
    _ settings: SafetyRecovery
  ) throws -> (result: RecoveryResult, model: LanguageModel) {
    let model = try tinyModel("llama")
    return (try settings.run(model, example: example) { _, _ in }, model)
  }

  /// The last step is shortened, so that the update ends at the norm, whatever moves.
  @Test(arguments: ["own", "flat", "random", "complement", "lora", "full", "left", "right"])
  func anyArmEndsAtANorm(_ arm: String) throws {
    let choice: SubspaceChoice =
      switch arm {
      case "flat": .flat
      case "random": .random
      case "complement": .complement
      case "lora": .lora
      case "full": .full
      default: .own
      }
    var settings = SafetyRecovery(
      choice: choice, rank: 2, steps: 200, learningRate: choice.isFull ? 1e-3 : nil, seed: 3)
    settings.sides = Sides(rawValue: arm) ?? .both
    settings.updateNorm = 0.5
    let (result, model) = try run(settings)
    #expect(result.reachedNorm)
    #expect(result.records.count > 1)
    let norm = try #require(result.records.last).size.norm
    #expect(abs(norm - 0.5) < 1e-6 * 0.5, "\(arm): \(norm)")
    #expect(abs(try result.updateSize().norm - 0.5) < 1e-6 * 0.5)
    #expect(try model.losses([example])[0] == result.finalLoss)
  }

  @Test func aNormOutOfReachIsNotReached() throws {
    var settings = SafetyRecovery(choice: .own, rank: 2, steps: 2)
    settings.updateNorm = 100
    #expect(try !run(settings).result.reachedNorm)
  }

  /// Directions that were taken out of the gradient are in none of its components.
  @Test func whatIsAvoidedIsNotThere() throws {
    let model = try tinyModel("llama")
    let other = sequence([7, 8, 9, 10, 11, 12], prompt: 2)
    let avoided = try #require(
      try SafetyRecovery(choice: .own, rank: 2).subspaces(of: model, examples: [other])
    ).entries
    var settings = SafetyRecovery(choice: .own, rank: 3)
    settings.avoided = avoided
    let kept = try #require(try settings.subspaces(of: model, examples: [example])).entries
    #expect(kept.count == model.configuration.linearModules.count)
    for (module, subspace) in kept {
      let without = try #require(avoided[module])
      var left = subspace.left.transposed()
      left.multiplyInPlace(by: without.left)
      var right = subspace.right.copy()
      right.multiplyInPlace(by: without.right.transposed())
      // Float32 rounding of unit vectors.
      #expect(max(left.frobeniusNorm, right.frobeniusNorm) < 1e-5, "\(module.name)")
    }
  }

  /// New bases do not undo what was learnt in the old ones, and the rank is that of all of them.
  @Test func refreshingKeepsWhatWasLearnt() throws {
    var settings = SafetyRecovery(choice: .own, rank: 2, steps: 6, learningRate: 0.02)
    settings.refreshInterval = 2
    let (result, _) = try run(settings)
    let losses = result.records.map(\.training.loss) + [result.finalLoss]
    #expect(losses.count == 7)
    for (before, after) in zip(losses, losses.dropFirst()) { #expect(after < before) }
    let largest = try #require(result.records.last?.size.ranks).largest
    #expect(largest > 2 && largest <= 6)
    #expect(result.updates?.values.allSatisfy { $0.innerDimension <= 6 } == true)
  }

  /// Only the modules that were chosen move, in every kind of arm.
  @Test(arguments: ["own", "random", "lora", "full"])
  func onlyChosenModulesMove(_ arm: String) throws {
    let choice: SubspaceChoice =
      ["random": .random, "lora": .lora, "full": .full][arm] ?? .own
    let (model, before) = (try tinyModel("llama"), try tinyModel("llama"))
    let chosen = model.configuration.linearModules.filter {
      $0.layer == 1 && ["k_proj", "down_proj"].contains($0.projection)
    }
    #expect(chosen.count == 2)
    var settings = SafetyRecovery(choice: choice, rank: 2, steps: 2, learningRate: 1e-3)
    settings.modules = chosen
    let result = try settings.run(model, example: example) { _, _ in }
    if let updates = result.updates {
      #expect(Array(updates.keys) == chosen)
    } else {
      #expect(movedModules(model, before) == chosen)
    }
    #expect(result.records[0].size.norm > 0)
  }

  private func movedModules(_ model: LanguageModel, _ before: LanguageModel) -> [LinearModule] {
    model.configuration.linearModules.filter { module in
      let (new, old) = (
        model.layer(module.layer)[module.site], before.layer(module.layer)[module.site]
      )
      return module.rows.contains { row in
        (0..<module.inFeatures).contains { new.matrix[row, $0] != old.matrix[row, $0] }
      }
    }
  }

  /// A factor multiplies the update, whatever it is made of, and 1 brings it back.
  @Test(arguments: ["own", "lora", "full"])
  func factorsMultiplyTheUpdate(_ arm: String) throws {
    let choice: SubspaceChoice = ["lora": .lora, "full": .full][arm] ?? .own
    let (result, model) = try run(
      SafetyRecovery(choice: choice, rank: 2, steps: 2, learningRate: 1e-2))
    let norm = try result.updateSize().norm
    result.scaleUpdate(by: 3)
    #expect(abs(try result.updateSize().norm - 3 * norm) < 1e-5 * norm)
    result.scaleUpdate(by: 0)
    #expect(try result.updateSize().norm == 0)
    #expect(try model.losses([example]) == tinyModel("llama").losses([example]))
    result.scaleUpdate(by: 1)
    #expect(abs(try model.losses([example])[0] - result.finalLoss) < 1e-5)
  }

  /// What the model predicted is at no distance from itself, and at some from another.
  @Test func preservedAnswersStartAtNoDivergence() throws {
    let model = try tinyModel("llama")
    let preserved = try PreservedAnswers(
      of: model, to: [("a", [1, 60, 89]), ("b", [3, 44, 120, 7])], newTokens: 5, stopTokens: [],
      weight: 2)
    #expect(preserved.examples.map(\.answerTokenCount) == [5, 5])
    let settings = SafetyRecovery(choice: .own, rank: 4, steps: 3, stepSize: 0.2)
    let result = try settings.run(
      model, examples: [example], preserving: preserved,
      in: try settings.subspaces(of: model, examples: [example])
    ) { _, _ in }
    let divergences = try result.records.map { try #require($0.training.divergence) }
    #expect(abs(divergences[0]) < 1e-7)
    #expect(divergences[1] > 1e-6)
    #expect(try #require(result.final.divergence) > 1e-6)
  }
}

/// The dial that harmless prompts set.
@Suite struct ScaleCalibrationTests {
  /// Refusals that rise with the factor: the largest factor of three digits with at most 15 of 100.
  @Test(arguments: [0.3, 0.2504, 0.777, 1, 1.104, 2.5, 3.999])
  func findsTheLastFactorThatKeepsToTheShare(_ edge: Double) throws {
    let outcome = ScaleCalibration(mostRefused: 0.15).run { ($0 <= edge ? 15 : 16, 100) }
    let digits = edge < 1 ? 1000.0 : 100
    #expect(outcome.factor == (edge * digits).rounded(.down) / digits)
    #expect(outcome.isMet)
    #expect(outcome.trials.count <= ScaleCalibration().mostTrials)
    #expect(outcome.trials.contains { $0.factor == outcome.factor && $0.refused == 15 })
  }

  @Test func endsAreSaid() throws {
    #expect(ScaleCalibration().run { _ in (0, 10) }.factor == 4)
    let none = ScaleCalibration().run { _ in (10, 10) }
    #expect(none.factor == 0.25 && !none.isMet && none.trials.count == 2)
  }
}

extension Matrix {
  fileprivate mutating func multiplyInPlace(by other: borrowing Matrix) {
    var product = Matrix(uninitializedRows: rows, columns: other.columns)
    product.multiply(self, by: other)
    self = product
  }
}

extension JSONValue {
  fileprivate func list(_ key: String) throws -> [JSONValue] {
    try #require(self[key]?.arrayValue)
  }
}
