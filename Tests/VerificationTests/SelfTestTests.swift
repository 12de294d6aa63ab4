import Checkpoints
import LinearAlgebra
import TestSupport
import Testing
import Transformer
import Verification

/// A tiny model of the oracles.
private func model(_ name: String) throws -> LanguageModel {
  let checkpoint = try Checkpoint(opening: Fixtures.path("models/\(name)"))
  return try LanguageModel(
    configuration: try ModelConfiguration(parsing: checkpoint.configuration), source: checkpoint)
}

/// A model that is right passes all checks, and one that is wrong fails just those that show it.
@Suite(.serialized) struct SelfTestTests {
  @Test(arguments: ["llama", "gemma3", "qwen2-bf16", "phi3", "mistral-window8"])
  func soundModelsPass(_ name: String) throws {
    let model = try model(name)
    let examples = SelfTest.randomExamples(for: model.configuration, seed: 1)
    var steps = 0
    let checks = try SelfTest(model, examples: examples).run { _ in steps += 1 }
    for check in checks { #expect(check.passes, "\(check)") }
    let moduleCount = 2 * model.configuration.linearModules(ofLayer: 0).count
    #expect(checks.count == 7 + moduleCount && steps == 4 + moduleCount)
  }

  /// A backward pass whose gradient at one site is two percent too large.
  @Test(arguments: LinearSite.allCases)
  func aWrongBackwardPassFails(_ site: LinearSite) throws {
    let model = try model("llama")
    let examples = SelfTest.randomExamples(for: model.configuration, seed: 1)
    let checks = try SelfTest(model, examples: examples) { model, examples, weights, observer in
      try model.backpropagate(
        examples, weights: weights, observer: Distortion(of: observer, at: site))
    }.run()
    let wrong = model.configuration.linearModules(ofLayer: 1).filter { $0.site == site }
    let failures = checks.filter { !$0.passes }.map(\.name)
    #expect(failures == wrong.map { "gradient of \($0.name) against finite differences" })
  }

  /// A backward pass that depends on the batch.
  @Test func aBatchThatChangesGradientsFails() throws {
    let model = try model("qwen2-bf16")
    let examples = SelfTest.randomExamples(for: model.configuration, seed: 1)
    let checks = try SelfTest(model, examples: examples) { model, examples, weights, observer in
      let factor = examples.count == 1 ? 1 : 0.999
      return try model.backpropagate(
        examples, weights: weights.map { $0 * factor }, observer: observer)
    }.run()
    #expect(
      checks.filter { !$0.passes }.map(\.name) == ["gradient: a batch against one by one"])
  }

  @Test func notANumberPassesNothing() {
    #expect(!Check(name: "", error: .nan, tolerance: 1).passes)
  }
}

/// Hands on what arises in a pass, with the gradient at one site of the second layer scaled.
private final class Distortion: GradientObserver {
  private let observer: any GradientObserver
  private let site: LinearSite

  init(of observer: any GradientObserver, at site: LinearSite) {
    self.observer = observer
    self.site = site
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) throws {
    var gradient = outputGradient.copy()
    if layer == 1, site == self.site { gradient.scale(by: 1.02) }
    try observer.observe(layer: layer, site: site, input: input, outputGradient: gradient)
  }
}
