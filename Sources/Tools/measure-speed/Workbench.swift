import Glibc
import LinearAlgebra
import OrderedCollections
import OrderedJSON
import Recovery
import Tokens
import Transformer

/// A loaded model and its inputs, on which measurements are taken again and again.
final class Workbench {
  private let model: LanguageModel
  private let example: Example
  private let threads: Int
  private let prompts: PromptTokens?
  private var factors: ExampleFactors?

  init(model: LanguageModel, example: Example, threads: Int, prompts: PromptTokens?) {
    self.model = model
    self.example = example
    self.threads = threads
    self.prompts = prompts
  }

  /// Takes one measurement.
  ///
  /// - Parameter request: Which.
  /// - Returns: What is printed.
  /// - Throws: `ModelError`, `LinearAlgebraError`.
  func measure(_ request: Request) throws -> JSONValue {
    switch request {
    case .sgemm: return product()
    case .gradient: return try gradient()
    case .spectra(let rank): return try spectra(rank: rank)
    case .recovery(let rank, let steps): return try recovery(rank: rank, steps: steps)
    case .generate(let count): return try generate(count)
    case .dense(let rank):
      return try FormedMatrices(model.configuration).measure(rank: rank, threads: threads)
    case .memory: return ["bytes": .integer(peakMemory)]
    }
  }

  private func product() -> JSONValue {
    let size = 2048
    let rate = ProductRate.measured(size: size, repeats: 1)
    return [
      "seconds": .number(2 * Double(size * size * size) / rate), "flops": .number(rate),
      "kernels": .string(productKernels),
    ]
  }

  private func gradient() throws -> JSONValue {
    let collected = ExampleFactors(model.configuration)
    var loss = 0.0
    let seconds = try time {
      loss = try model.backpropagate([example], weights: [1], observer: collected)[0]
    }
    factors = collected
    return [
      "seconds": .number(seconds), "loss": .number(loss),
      "operations": .number(
        model.configuration.gradientPassOperations(
          tokenCount: example.tokens.count, answerTokenCount: example.answerTokenCount)),
    ]
  }

  private func spectra(rank: Int) throws -> JSONValue {
    if factors == nil { _ = try gradient() }
    var values: [(module: String, values: [Double])] = []
    let seconds = try time {
      values = try factors?.singularValues(rank: rank, threads: threads) ?? []
    }
    var result = JSONObject()
    for (module, values) in values { result[module] = .array(values.map { .number($0) }) }
    return ["seconds": .number(seconds), "singular_values": .object(result)]
  }

  private func recovery(rank: Int, steps: Int) throws -> JSONValue {
    defer { model.updates = [:] }
    let recovery = SafetyRecovery(choice: .own, rank: rank, steps: steps)
    var result: RecoveryResult?
    let seconds = try time {
      result = try recovery.run(model, example: example) { _, _ in }
    }
    let steps = result?.records.map { JSONValue.number($0.seconds) } ?? []
    return ["seconds": .number(seconds), "step_seconds": .array(steps)]
  }

  private func generate(_ count: Int) throws -> JSONValue {
    guard let prompts else { return ["error": "no --prompts"] }
    var answers: [[TokenID]] = []
    let seconds = try time {
      answers = try model.generate(
        prompts: prompts.prompts, maxNewTokens: count, stopTokens: prompts.stopTokens)
    }
    let ids = answers.map { JSONValue.array($0.map { .integer(Int($0)) }) }
    return ["seconds": .number(seconds), "tokens": .array(ids)]
  }

  private var peakMemory: Int {
    var usage = rusage()
    unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
    return usage.ru_maxrss << 10
  }
}

private func time(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}
