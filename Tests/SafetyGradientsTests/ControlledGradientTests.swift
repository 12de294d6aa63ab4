import Checkpoints
import LinearAlgebra
import OrderedJSON
import ResultFiles
import SafetyGradients
import TestSupport
import Testing
import Tokens
import Transformer

/// Gradients of a tiny Llama's three examples and their controls.
@Suite(.threads(2)) struct ControlledGradientTests {
  private let checkpoint: Checkpoint
  private let configuration: ModelConfiguration
  private let folder: TemporaryFolder

  init() throws {
    checkpoint = try Checkpoint(opening: Fixtures.path("models/llama"))
    configuration = try ModelConfiguration(parsing: checkpoint.configuration)
    folder = try TemporaryFolder()
  }

  private var examples: [Example] {
    get throws {
      let json = try Fixtures.json("models/llama/expected.json")["examples"]?.arrayValue ?? []
      return try json.enumerated().map { index, example in
        let tokens = try #require(example["input_ids"]?.arrayValue).compactMap(\.integerValue)
        let labels = try #require(example["labels"]?.arrayValue).compactMap(\.integerValue)
        return Example(
          id: "\(index)", tokens: tokens.map { TokenID($0) }, answerMask: labels.map { $0 != -100 })
      }
    }
  }

  private func compute(
    _ controls: [GradientControl], name: String = "g.h5", seed: Int = 7,
    plan: MemoryPlan = .unlimited
  ) throws -> GradientFile {
    let rows = try ControlledExamples(
      examples, controls: controls, seed: seed, vocabularySize: configuration.vocabularySize)
    var didLayer = 0
    let computation = GradientComputation(configuration) { _ in true }
    _ = try computation.write(
      rows, to: folder.file(name), provenance: Provenance(created: ""),
      model: { weights in
        return try LanguageModel(
          configuration: configuration,
          source: weights == .untrained
            ? UntrainedTensors(checkpoint, configuration, seed: seed) : checkpoint, plan: plan)
      }, didLayer: { didLayer += 1 })
    #expect(didLayer == computation.passedLayerCount(for: rows, plan))
    return try GradientFile(opening: folder.file(name))
  }

  /// Loss and singular values with the same labels (Tests/Python/make_random_labels_reference.py, which
  /// draws them by itself).
  @Test func randomLabelsAreThoseOfPyTorch() throws {
    let file = try compute([.randomLabels])
    let reference = try #require(
      try Fixtures.json("gradients/random-labels.json")["examples"]?.arrayValue)
    #expect(reference.count == 3 && file.examples.count == 6)
    for (index, expected) in reference.enumerated() {
      let row = 2 * index + 1
      #expect(file.examples[row].origin == GradientOrigin(kind: "random-labels", source: 2 * index))
      let labels = try #require(expected["labels"]?.arrayValue).compactMap(\.integerValue)
      #expect(try #require(try file.labels(example: row)).map { Int($0) } == labels)
      #expect(try file.labels(example: row - 1) == nil)
      let loss = try #require(expected["loss"]?.doubleValue)
      // PyTorch's loss is of logits in float32.
      #expect(abs(file.examples[row].loss - loss) < 1e-5)
      for (place, module) in file.modules.enumerated() {
        let values = try #require(expected["singular_values"]?[module.name]?.arrayValue)
          .compactMap(\.doubleValue)
        let factors = try file.factors(example: row, module: place)
        let found = try FactoredSVD(rank: 0)
          .decompose(left: factors.outputGradient, right: factors.input).singularValues
        // In the last block answer rows alone have errors; beyond their number PyTorch's are rounding.
        let count = min(found.count, 4)
        try #require(count >= 3)
        for (a, b) in try pairs(found.prefix(count), values.prefix(count)) {
          // The worst is 2e-6.
          #expect(abs(a - b) < 2e-5 * values[0], "\(module.name)")
        }
      }
    }
  }

  private func rowNorms(_ matrix: borrowing Matrix) -> [Double] {
    (0..<matrix.rows).map { matrix.gatheringRows([$0]).frobeniusNorm }
  }

  /// Every answer row goes to another place in one piece; other rows and X stay.
  @Test func permutedErrorsKeepTheirLengths() throws {
    let file = try compute([.permutedErrors])
    for index in 0..<3 {
      let answerRows = try examples[index].answerPlaces.map { $0 - 1 }
      for module in file.modules.indices {
        let own = try file.factors(example: 2 * index, module: module)
        let control = try file.factors(example: 2 * index + 1, module: module)
        #expect(own.input.elements == control.input.elements)
        let (before, after) = (rowNorms(own.outputGradient), rowNorms(control.outputGradient))
        #expect(before.sorted() == after.sorted())
        for row in before.indices {
          #expect((before[row] != after[row]) == answerRows.contains(row))
        }
      }
    }
  }

  @Test func randomErrorsHaveTheSameLengths() throws {
    let file = try compute([.randomErrors])
    for index in 0..<3 {
      for module in file.modules.indices {
        let own = try file.outputGradient(example: 2 * index, module: module)
        let control = try file.outputGradient(example: 2 * index + 1, module: module)
        let (before, after) = (rowNorms(own), rowNorms(control))
        for (a, b) in zip(before, after) { #expect(abs(a - b) <= 1e-6 * a) }
        var product = Matrix(rows: own.rows, columns: own.rows)
        product.multiply(own, by: control, .transposed)
        // Directions that have nothing to do with each other, in 24 dimensions and more.
        for row in before.indices where before[row] > 0 {
          #expect(abs(Double(product[row, row])) < 0.8 * before[row] * after[row])
        }
      }
    }
  }

  /// However layers are held, and whatever else is asked for: to the last bit.
  @Test func gradientsDoNotDependOnOtherControlsOrTheMemory() throws {
    let all = try compute(GradientControl.allCases.filter { $0 != .benign }, name: "all.h5")
    let streamed = MemoryPlan(
      weights: .streamed, recomputesActivations: true, tokensPerPass: 1024)
    let names = all.examples.map(\.id)
    for control in GradientControl.allCases where control != .benign {
      let alone = try compute([control], name: "\(control).h5", plan: streamed)
      for (index, example) in alone.examples.enumerated() {
        let place = try #require(names.firstIndex(of: example.id))
        #expect(all.examples[place].loss == example.loss)
        for module in alone.modules.indices {
          let a = try all.factors(example: place, module: module)
          let b = try alone.factors(example: index, module: module)
          #expect(a.input.elements == b.input.elements)
          #expect(a.outputGradient.elements == b.outputGradient.elements)
        }
      }
    }
  }

  /// Each matrix keeps its Frobenius norm, and nothing else.
  @Test func untrainedWeightsHaveTheSameNorms() throws {
    let model = try LanguageModel(configuration: configuration, source: checkpoint)
    let other = try LanguageModel(
      configuration: configuration,
      source: try UntrainedTensors(checkpoint, configuration, seed: 1))
    for module in configuration.linearModules {
      let rows = Array(module.rows)
      let own = model.layer(module.layer)[module.site].matrix.gatheringRows(rows)
      let drawn = other.layer(module.layer)[module.site].matrix.gatheringRows(rows)
      #expect(abs(drawn.frobeniusNorm / own.frobeniusNorm - 1) < 1e-6)
      // Of n independent entries with mean zero: five standard deviations.
      let mean = drawn.elements.reduce(0.0) { $0 + Double($1) } / Double(drawn.count)
      let deviation = drawn.frobeniusNorm / Double(drawn.count).squareRoot()
      #expect(abs(mean) < 5 * deviation / Double(drawn.count).squareRoot())
    }
    #expect(
      model.layer(0)[norm: .attention].elements == other.layer(0)[norm: .attention].elements)
  }
}
