import LinearAlgebra
import Tokens
import Transformer

/// What must not change a loss, a gradient or a generated token.
extension SelfTest {
  /// Losses and gradients of several examples packed into one batch.
  private typealias Outcome = (losses: [Double], gradients: [LinearModule: [Double]])

  private func outcome(of examples: [Example]) throws -> Outcome {
    let probe = GradientProbe(RandomDirections(seed: seed).directions(of: sampledModules))
    let losses = try gradient(model, examples, examples.map { _ in 1 }, probe)
    return (losses, probe.products)
  }

  private func checks(_ name: String, _ outcome: Outcome, _ expected: Outcome) -> [Check] {
    [
      Check(
        name: "loss: \(name)", error: Self.largestDifference(outcome.losses, expected.losses),
        tolerance: Self.lossTolerance),
      Check(
        name: "gradient: \(name)",
        error: outcome.gradients.relativeDifference(from: expected.gradients),
        tolerance: Self.gradientTolerance),
    ]
  }

  private static func largestDifference(_ first: [Double], _ second: [Double]) -> Double {
    zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) }
  }

  /// A packed batch has the losses of its examples and the sum of their gradients.
  func batching() throws -> [Check] {
    var expected: Outcome = ([], [:])
    for example in examples {
      let alone = try outcome(of: [example])
      expected.losses += alone.losses
      expected.gradients.merge(alone.gradients) { zip($0, $1).map(+) }
    }
    return checks("a batch against one by one", try outcome(of: examples), expected)
  }

  /// How many tokens may follow an example without a change of its rotary frequencies.
  private func room(after example: Example) -> Int {
    let length = example.tokens.count
    return max(0, model.configuration.lengthOfSameFrequencies(from: length) - length)
  }

  /// What follows the last token that carries loss has no influence.
  func padding() throws -> [Check] {
    let longest = examples.map(\.tokens.count).max() ?? 0
    let padded = examples.map { example in
      let count = min(longest + 3 - example.tokens.count, room(after: example))
      let padding = (0..<count).map { example.tokens[$0 % example.tokens.count] }
      return Example(
        id: example.id, tokens: example.tokens + padding,
        answerMask: example.answerMask + padding.map { _ in false })
    }
    return checks(
      "tokens after the answer", try outcome(of: padded), try outcome(of: examples))
  }

  /// The number of threads only changes the order of sums.
  func threading() throws -> [Check] {
    let count = max(2, ComputeThreads.count)
    let serial = try ComputeThreads.$count.withValue(1) { try outcome(of: examples) }
    let parallel = try ComputeThreads.$count.withValue(count) { try outcome(of: examples) }
    return checks("1 thread against \(count)", parallel, serial)
  }

  /// Every generated token is the one that a pass over the whole sequence ranks first.
  func generation() throws -> [Check] {
    let most = examples.map { room(after: $0) }.min() ?? 0
    let prompts = examples.map(\.tokens)
    let generated = try model.generate(
      prompts: prompts, maxNewTokens: min(6, most), stopTokens: [])
    var worst = 0.0
    for (prompt, continuation) in zip(prompts, generated) where !continuation.isEmpty {
      let logits = try model.logits(prompt + continuation.dropLast())
      for (index, token) in continuation.enumerated() {
        let row = logits.row(prompt.count - 1 + index)
        var largest = -Float.infinity
        for id in row.indices { largest = max(largest, row[id]) }
        worst = max(worst, Double(largest - row[Int(token)]))
      }
    }
    return [
      Check(
        name: "logit: generation with a cache against the whole pass", error: worst,
        tolerance: Self.logitTolerance)
    ]
  }
}
