import LinearAlgebra
import Transformer

/// What must not change a loss, a gradient or a generated token.
extension SelfTest {
  /// Losses and gradients of several sequences packed into one batch.
  private typealias Outcome = (losses: [Double], gradients: [LinearModule: [Double]])

  private func outcome(of sequences: [LossSequence]) throws -> Outcome {
    let probe = GradientProbe(RandomDirections(seed: seed).directions(of: sampledModules))
    let losses = try gradient(model, sequences, sequences.map { _ in 1 }, probe)
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

  /// A packed batch has the losses of its sequences and the sum of their gradients.
  func batching() throws -> [Check] {
    var expected: Outcome = ([], [:])
    for sequence in sequences {
      let alone = try outcome(of: [sequence])
      expected.losses += alone.losses
      expected.gradients.merge(alone.gradients) { zip($0, $1).map(+) }
    }
    return checks("a batch against one by one", try outcome(of: sequences), expected)
  }

  /// How many tokens may follow a sequence without a change of its rotary frequencies.
  private func room(after sequence: LossSequence) -> Int {
    let length = sequence.tokens.count
    return max(0, model.configuration.lengthOfSameFrequencies(from: length) - length)
  }

  /// What follows the last token that carries loss has no influence.
  func padding() throws -> [Check] {
    let longest = sequences.map(\.tokens.count).max() ?? 0
    let padded = try sequences.map { sequence in
      let count = min(longest + 3 - sequence.tokens.count, room(after: sequence))
      let padding = (0..<count).map { sequence.tokens[$0 % sequence.tokens.count] }
      var carriesLoss = Array(repeating: false, count: sequence.tokens.count + count)
      for row in sequence.rows { carriesLoss[row + 1] = true }
      return try LossSequence(tokens: sequence.tokens + padding, carriesLoss: carriesLoss)
    }
    return checks(
      "tokens after the answer", try outcome(of: padded), try outcome(of: sequences))
  }

  /// The number of threads only changes the order of sums.
  func threading() throws -> [Check] {
    let count = max(2, ComputeThreads.count)
    let serial = try ComputeThreads.$count.withValue(1) { try outcome(of: sequences) }
    let parallel = try ComputeThreads.$count.withValue(count) { try outcome(of: sequences) }
    return checks("1 thread against \(count)", parallel, serial)
  }

  /// Every generated token is the one that a pass over the whole sequence ranks first.
  func generation() throws -> [Check] {
    let most = sequences.map { room(after: $0) }.min() ?? 0
    let prompts = sequences.map(\.tokens)
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
