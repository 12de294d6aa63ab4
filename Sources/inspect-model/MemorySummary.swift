import OrderedJSON
import Transformer

extension ModelConfiguration {
  /// What the gradients of so many tokens take, in bytes: with everything in memory, and with the
  /// weights streamed and activations computed again.
  func memorySummary(tokens: Int) -> JSONValue {
    let estimate = MemoryEstimate(self)
    let streamed = MemoryPlan(
      weights: .streamed(layers: 2), recomputesActivations: true, tokensPerPass: tokens)
    func bytes(_ plan: MemoryPlan) -> JSONValue {
      .integer(estimate.peak(plan, [.gradients([tokens])]).bytes)
    }
    return [
      "tokens": .integer(tokens), "resident_bytes": bytes(.unlimited),
      "streamed_bytes": bytes(streamed),
    ]
  }
}
