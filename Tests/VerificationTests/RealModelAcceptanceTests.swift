import Checkpoints
import Conversations
import Foundation
import LinearAlgebra
import OrderedJSON
import TestSupport
import Testing
import Tokenization
import Tokens
import Transformer
import Verification

private let environment = ProcessInfo.processInfo.environment

/// Real models, when `SUTURE_ACCEPTANCE` is set; `make acceptance` fetches them.
@Suite(.enabled(if: environment["SUTURE_ACCEPTANCE"] != nil), .serialized, .threads(2))
struct RealModelAcceptanceTests {
  /// The dequantised weights of a GGUF file, written as a folder in the Hugging Face layout.
  @Test func aFolderOfFloatsHasTheGradientsOfItsGGUFFile() throws {
    let file = try RealModel(try SetUp.smolLM2())
    let folder = try TemporaryFolder()
    try file.model.writeWeights(to: folder.file("model.safetensors"))
    try Data(file.checkpoint.configuration.text().utf8).write(
      to: URL(filePath: folder.file("config.json")))
    let copy = try RealModel(folder.path)
    let ids = try file.tokens(of: "The harbour was quiet that morning, and the boats lay still.")
    let example = Example(id: "harbour", tokens: ids, answerMask: ids.indices.map { $0 > 4 })
    let first = Gradients(file.model.configuration)
    let loss = try file.model.backpropagate([example], weights: [1], observer: first)
    let second = Gradients(copy.model.configuration, comparingWith: first)
    #expect(try copy.model.backpropagate([example], weights: [1], observer: second) == loss)
    #expect(second.frobeniusNorms.count == file.model.configuration.linearModules.count)
    #expect(second.largestDifference < 1e-6)
  }

  /// Gemma 3 with 270 million parameters in Q4_K, Q5_0, Q6_K and Q8_0, against transformers with
  /// the weights that the gguf package dequantises (`Tests/Python/make_gemma_reference.py`).
  @Test func gemmaAgreesWithTransformers() throws {
    let gemma = try RealModel(try SetUp.gemma3())
    let reference = try Self.reference()
    let text = try #require(reference["text"]?.stringValue)
    let ids = try gemma.tokens(of: text)
    #expect(ids.map(Int.init) == (reference["ids"]?.arrayValue ?? []).compactMap(\.integerValue))
    let gradients = Gradients(gemma.model.configuration)
    let loss = try gemma.model.backpropagate(
      [Example(id: text, tokens: ids, answerMask: ids.map { _ in true })], weights: [1],
      observer: gradients)[0]
    #expect(abs(loss - (try #require(reference["loss"]?.doubleValue))) < 1e-3)
    let norms = try #require(reference["gradient_norms"]?.objectValue?.members)
    #expect(norms.count == gradients.frobeniusNorms.count)
    for member in norms {
      let found = try #require(gradients.frobeniusNorms[member.key])
      let expected = try #require(member.value.doubleValue)
      #expect(abs(found - expected) < 1e-3 * expected, "\(member.key)")
    }
    // The squares of the singular values sum to that of the Frobenius norm.
    for (name, values) in gradients.singularValues {
      let sum = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let norm = try #require(gradients.frobeniusNorms[name])
      #expect(values.allSatisfy(\.isFinite) && abs(sum - norm) < 1e-5 * norm, "\(name)")
    }
    #expect(gradients.singularValues.count == norms.count)
  }

  @Test(arguments: [SetUp.smolLM2, SetUp.gemma3])
  func theSelfTestPasses(_ path: @Sendable () throws -> String) throws {
    let model = try RealModel(try path())
    let examples = try ["Water boils when it is hot.", "She counted the apples twice."].map {
      let ids = try model.tokens(of: $0)
      return Example(id: $0, tokens: ids, answerMask: ids.indices.map { $0 > 3 })
    }
    for check in try SelfTest(model.model, examples: examples).run() {
      #expect(check.passes, "\(check)")
    }
  }

  private static func reference() throws -> JSONValue {
    try Fixtures.json("verification/gemma-3-270m.json")
  }
}

/// A model with its weights, and its tokenizer if it is a GGUF file.
private struct RealModel {
  let checkpoint: Checkpoint
  let model: LanguageModel

  init(_ path: String) throws {
    checkpoint = try Checkpoint(opening: path)
    model = try LanguageModel(
      configuration: try ModelConfiguration(parsing: checkpoint.configuration), source: checkpoint)
  }

  func tokens(of text: String) throws -> [TokenID] {
    let encoder = try ConversationEncoder(
      ggufMetadata: try #require(checkpoint.ggufMetadata), model: checkpoint.path)
    return try encoder.tokenizer.encode(text, addSpecialTokens: true).map(\.id)
  }
}

/// The gradient of every module: its norm, its singular values, and how far it is from another one.
private final class Gradients: GradientObserver {
  private let configuration: ModelConfiguration
  private let other: Gradients?
  private var gradients: [String: [Float]] = [:]
  private(set) var frobeniusNorms: [String: Double] = [:]
  private(set) var singularValues: [String: [Double]] = [:]
  private(set) var largestDifference = 0.0

  init(_ configuration: ModelConfiguration, comparingWith other: Gradients? = nil) {
    self.configuration = configuration
    self.other = other
  }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) throws {
    for module in configuration.linearModules(ofLayer: layer) where module.site == site {
      let factor = outputGradient.copyingColumns(module.rows)
      var gradient = Matrix(rows: module.outFeatures, columns: module.inFeatures)
      gradient.multiply(factor, .transposed, by: input)
      let elements = gradient.elements
      let name = module.checkpointName
      frobeniusNorms[name] = Self.norm(elements)
      if let expected = other?.gradients[name], let norm = other?.frobeniusNorms[name] {
        let difference = Self.norm(zip(elements, expected).map { $0 - $1 }) / norm
        largestDifference = difference.isNaN ? .infinity : max(largestDifference, difference)
      } else {
        gradients[name] = elements
        singularValues[name] = try FactoredSVD(rank: 0)
          .decompose(left: factor, right: input).singularValues.map { Double($0) }
      }
    }
  }

  private static func norm(_ elements: [Float]) -> Double {
    elements.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
  }
}
