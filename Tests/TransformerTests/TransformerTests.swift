import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Tokens
import Transformer

/// Agreement with PyTorch in float64.
///
/// The tolerances are those that plain float32 PyTorch meets with a margin of ten: its largest deviations over these models are 1.3e-5 (logits), 1.2e-6
/// (loss) and 3.1e-6 (relative, gradients); ours are 8.6e-6, 5.8e-7 and 2.1e-6.
@Suite struct OracleTests {
  @Test(arguments: OracleModel.names)
  func logitsAndLosses(_ name: String) throws {
    let oracle = try OracleModel(name)
    for index in 0..<3 {
      let example = try oracle.example(index)
      let logits = try oracle.model.logits(example.tokens)
      let worst = zip(logits.elements, example.logits.elements).map { abs($0 - $1) }.max() ?? .nan
      #expect(logits.count == example.logits.count)
      #expect(worst < 2e-4, "example \(index)")
      let loss = try oracle.model.losses([example.sequence])[0]
      #expect(abs(loss - example.loss) < 3e-5, "example \(index)")
    }
  }

  /// PyTorch's logits after the last token; the bound is that of the logits.
  @Test(arguments: OracleModel.names)
  func nextTokens(_ name: String) throws {
    let oracle = try OracleModel(name)
    let asked: [TokenID] = [0, 7, 3]
    let prompts = try (0..<3).map { try oracle.example($0).tokens }
    let next = try oracle.model.nextTokens(after: prompts, of: asked)
    for index in 0..<3 {
      let example = try oracle.example(index)
      let last = example.logits.rows - 1
      let logits = (0..<example.logits.columns).map { Double(example.logits[last, $0]) }
      let largest = logits.max() ?? .nan
      let normalizer = largest + log(logits.reduce(0) { $0 + exp($1 - largest) })
      #expect(Int(next[index].mostLikely) == logits.firstIndex(of: largest))
      for (token, found) in zip(asked, next[index].logProbabilities) {
        #expect(abs(found - (logits[Int(token)] - normalizer)) < 2e-4, "example \(index)")
      }
    }
  }

  @Test(arguments: OracleModel.names)
  func everyGradient(_ name: String) throws {
    let oracle = try OracleModel(name)
    for index in 0..<3 {
      let observer = DenseGradients(oracle.configuration)
      _ = try oracle.model.backpropagate(
        [try oracle.example(index).sequence], weights: [1], observer: observer)
      #expect(observer.gradients.count == oracle.configuration.linearModules.count)
      for (module, gradient) in observer.gradients {
        let expected = try oracle.gradient(module, example: index)
        #expect(relativeError(gradient, expected.elements) < 1e-4, "\(module.name), \(index)")
      }
    }
  }

  /// The gradient of a packed batch is the weighted sum of the examples' own.
  @Test(arguments: OracleModel.names)
  func packingChangesNothing(_ name: String) throws {
    let oracle = try OracleModel(name)
    let sequences = try (0..<3).map { try oracle.example($0).sequence }
    let weights = [0.5, 0.25, 2]
    let packed = DenseGradients(oracle.configuration)
    let losses = try oracle.model.backpropagate(sequences, weights: weights, observer: packed)
    var sums: [LinearModule: [Float]] = [:]
    for (index, sequence) in sequences.enumerated() {
      let alone = DenseGradients(oracle.configuration)
      let loss = try oracle.model.backpropagate(
        [sequence], weights: [weights[index]], observer: alone)
      #expect(abs(loss[0] - losses[index]) < 1e-5)
      for (module, gradient) in alone.gradients {
        sums[module] = sums[module].map { zip($0, gradient).map(+) } ?? gradient
      }
    }
    for (module, gradient) in packed.gradients {
      #expect(relativeError(gradient, sums[module] ?? []) < 1e-5, "\(module.name)")
    }
  }

  /// Cached, batched generation with a shared prefix picks what the whole forward pass ranks first.
  @Test(arguments: OracleModel.names)
  func cachedGeneration(_ name: String) throws {
    let oracle = try OracleModel(name)
    let tokens = try oracle.example(1).tokens
    let prompts = [9, 5, 12, 20].map { Array(tokens.prefix($0)) }
    for batchSize in [1, 3, 64] {
      let generated = try oracle.model.generate(
        prompts: prompts, maxNewTokens: 6, stopTokens: [], batchSize: batchSize)
      for (prompt, continuation) in try pairs(prompts, generated) {
        #expect(continuation.count == 6)
        var sequence = prompt
        for token in continuation {
          let logits = try oracle.model.logits(sequence)
          #expect(indexOfLargest(logits.row(sequence.count - 1)) == Int(token))
          sequence.append(token)
        }
      }
    }
  }

  @Test func generationStopsAtAStopToken() throws {
    let oracle = try OracleModel("llama")
    let prompt = Array(try oracle.example(1).tokens.prefix(9))
    let free = try oracle.model.generate(prompts: [prompt], maxNewTokens: 8, stopTokens: [])[0]
    let stop = free[3]
    let stopped = try oracle.model.generate(
      prompts: [prompt], maxNewTokens: 8, stopTokens: [stop])[0]
    #expect(stopped == Array(free.prefix { $0 != stop }))
  }
}

@Suite struct ModelInputTests {
  private func refusal(_ tokens: [Int32]) throws -> ModelError? {
    let model = try OracleModel("llama").model
    do {
      _ = try model.logits(tokens)
      return nil
    } catch let error as ModelError {
      return error
    }
  }

  @Test func tokensOutsideTheVocabulary() throws {
    #expect(try refusal([1, 256]) == .tokenOutOfRange(id: 256, vocabularySize: 256))
    #expect(try refusal([-1, 2]) == .tokenOutOfRange(id: -1, vocabularySize: 256))
  }

  @Test func sequencesLongerThanTheContext() throws {
    let long = [Int32](repeating: 1, count: 129)
    #expect(try refusal(long) == .sequenceTooLong(tokens: 129, contextLength: 128))
  }

  @Test func examplesWithoutLoss() throws {
    let model = try OracleModel("llama").model
    let example = Example(id: "first token alone", tokens: [1, 2], answerMask: [true, false])
    #expect(example.answerTokenCount == 0)
    #expect(throws: ModelError.nothingToPredict) { try model.losses([example]) }
  }
}
