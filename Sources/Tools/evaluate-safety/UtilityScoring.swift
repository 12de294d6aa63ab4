import CommandSupport
import Evaluation
import ModelLoading
import Tokens
import Transformer

extension LanguageModel {
  /// Measures the loss on a utility set, with progress.
  ///
  /// - Parameters:
  ///   - name: The set's name.
  ///   - loaded: Its examples.
  ///   - run: Quiet or not, and the seed of the interval.
  /// - Returns: The score.
  /// - Throws: `ModelError`, `EvaluationError`.
  func utilityScore(
    _ name: String, _ loaded: LoadedExamples, _ run: RunOptions
  ) throws -> UtilityScore {
    let progress = Progress(
      name, total: loaded.examples.count, unit: "examples", quiet: run.quiet)
    defer { progress.finish() }
    var scored: [UtilityScore.Example] = []
    for pass in plan.passes(over: loaded.lengths) {
      for (index, loss) in zip(pass, try losses(Array(loaded.examples[pass]))) {
        scored.append(
          UtilityScore.Example(
            id: loaded.examples[index].id, loss: loss,
            answerTokenCount: loaded.examples[index].answerTokenCount))
      }
      progress.advance(by: pass.count)
    }
    return try UtilityScore(
      name: name, sha256: loaded.sha256, examples: scored,
      seed: UInt64(run.seed))
  }
}
