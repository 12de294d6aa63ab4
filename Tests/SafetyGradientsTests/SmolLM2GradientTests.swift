import Checkpoints
import Conversations
import Foundation
import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing
import Tokens
import Transformer

/// Three examples through the real SmolLM2-135M-Instruct.
@Suite(.threads(2)) struct SmolLM2GradientTests {
  /// About four times the worst of 630 gradients, which is 1.3e-5 of s_1; the loss is off by 1.1e-6.
  ///
  /// The references are float64 throughout (Tests/Python/make_smollm2_reference.py). Casting the
  /// logits alone to float32, as transformers does, moves them by up to 9.9e-5 of s_1.
  private static let tolerance = 5e-5

  @Test(arguments: 0..<3)
  func agreesWithTheReference(_ index: Int) throws {
    let checkpoint = try Checkpoint(opening: try SetUp.smolLM2())
    let json = try Fixtures.json("gradients/smollm2.json")
    let expected = try #require(json.arrayValue?[index])
    let encoder = try ConversationEncoder(
      ggufMetadata: try #require(checkpoint.ggufMetadata), model: "SmolLM2")
    let encoded = try encoder.encode(try #require(expected["messages"]?.arrayValue))
    #expect(
      encoded.tokens.map { Int($0) }
        == (expected["tokens"]?.arrayValue ?? []).compactMap(\.integerValue))
    let mask = (expected["answer_mask"]?.arrayValue ?? []).compactMap(\.integerValue)
    #expect(encoded.answerMask == mask.map { $0 == 1 })

    let model = try LanguageModel(
      configuration: try ModelConfiguration(parsing: checkpoint.configuration), source: checkpoint)
    let spectra = Spectra(model.configuration)
    let example = Example(id: "\(index)", tokens: encoded.tokens, answerMask: encoded.answerMask)
    let loss = try model.backpropagate([example], weights: [1], observer: spectra)[0]
    let expectedLoss = try #require(expected["loss"]?.doubleValue)
    #expect(abs(loss - expectedLoss) < 1e-5)
    let modules = try #require(expected["modules"]?.objectValue)
    #expect(modules.members.count == 210 && spectra.values.count == 210)
    for member in modules.members {
      let name = member.key
      let found = try #require(spectra.values[name])
      let values = (member.value["s"]?.arrayValue ?? []).compactMap(\.doubleValue)
      #expect(values.count == 16 && !found.isEmpty)
      for (a, b) in zip(found, values) {
        #expect(abs(a - b) < Self.tolerance * values[0], "\(name)")
      }
    }
  }

  /// The singular values of every gradient, from its factors.
  private final class Spectra: GradientObserver {
    private let configuration: ModelConfiguration
    private(set) var values: [String: [Double]] = [:]

    init(_ configuration: ModelConfiguration) { self.configuration = configuration }

    func observe(
      layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
    ) throws {
      for module in configuration.linearModules(ofLayer: layer) where module.site == site {
        let left = outputGradient.copyingColumns(module.rows)
        values[module.name] = try FactoredSVD(rank: 0)
          .decompose(left: left, right: input).singularValues
      }
    }
  }
}
