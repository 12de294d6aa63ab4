import Checkpoints
import CommandSupport
import Conversations
import Failures
import ModelLoading
import OrderedJSON
import Tokenization
import Tokens
import Transformer
import Verification

/// Runs the checks of a model against itself and tells their outcome.
struct SelfTestReport {
  let checks: [Check]

  /// Loads the model and runs all checks.
  ///
  /// - Parameters:
  ///   - options: The flags that name the model.
  ///   - seed: Of tokens and directions.
  ///   - quiet: Whether no progress is shown.
  /// - Throws: What keeps the model from being loaded or run.
  init(_ options: ModelOptions, seed: Int, quiet: Bool) throws {
    let model = try options.open()
    let examples = try Self.examples(for: model, seed: seed)
    let language = try model.load(
      for: [.gradients(examples.map(\.tokens.count)).repeated], quiet: quiet)
    let moduleCount = 2 * language.configuration.linearModules(ofLayer: 0).count
    let progress = Progress("self-test", total: 4 + moduleCount, unit: "checks", quiet: quiet)
    checks = try naming(model.checkpoint.path) {
      try SelfTest(language, examples: examples, seed: seed).run { _ in progress.advance() }
    }
    progress.finish()
  }

  private static let texts = [
    "The harbour was quiet that morning, and the boats lay still.", "Water boils when it is hot.",
    "She counted the apples twice before she wrote the number down in her small green book.",
  ]

  /// Texts that the model's tokenizer encodes, or random tokens for a model without one.
  private static func examples(for model: OpenedModel, seed: Int) throws -> [Example] {
    guard let tokenizer = try model.encoderIfPresent()?.tokenizer else {
      return SelfTest.randomExamples(for: model.configuration, seed: seed)
    }
    return try texts.map { text in
      let ids = try tokenizer.encode(text, addSpecialTokens: true).map(\.id)
      return Example(
        id: text, tokens: ids, answerMask: ids.indices.map { $0 > ids.count / 2 })
    }
  }

  /// The checks for programs.
  var json: JSONValue {
    ["passes": .bool(checks.allSatisfy(\.passes)), "checks": .array(checks.map(\.json))]
  }

  /// A line a check.
  var text: String {
    checks.map { check in
      "\(check.passes ? "ok    " : "FAILED")  \(check.name): \(check.error.twoDigits), "
        + "at most \(check.tolerance.twoDigits)\n"
    }.joined()
  }
}
