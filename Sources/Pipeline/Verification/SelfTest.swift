import LinearAlgebra
import RandomNumbers
import Tokens
import Transformer

/// Checks of a model against itself, without any reference: what must not matter does not matter,
/// and gradients are the slopes of the loss.
///
/// Whoever brings a model that nobody has compared with other software finds out here whether its
/// losses, its gradients and its generation can be believed on this machine.
public struct SelfTest {
  /// Largest difference of two losses, in nats.
  public static let lossTolerance = 1e-4
  /// Largest relative difference of two gradients.
  public static let gradientTolerance = 1e-4
  /// How far a generated token's logit may be below the largest of the whole pass.
  public static let logitTolerance = 1e-3

  let model: LanguageModel
  let examples: [Example]
  let seed: Int
  let gradient: GradientFunction

  /// Creates a test.
  ///
  /// - Parameters:
  ///   - model: The model, without updates.
  ///   - examples: At least two, of different lengths.
  ///   - seed: Of the random vectors that gradients are multiplied by.
  ///   - gradient: The backward pass.
  public init(
    _ model: LanguageModel, examples: [Example], seed: Int = 0,
    gradient: @escaping GradientFunction = backpropagation
  ) {
    precondition(examples.count > 1, "\(examples.count) examples")
    self.model = model
    self.examples = examples
    self.seed = seed
    self.gradient = gradient
  }

  /// Examples of pseudo-random tokens, for a model without a tokenizer.
  ///
  /// - Parameters:
  ///   - configuration: The model.
  ///   - seed: Of the tokens.
  /// - Returns: Three examples of different lengths; all but their first two tokens carry loss.
  public static func randomExamples(
    for configuration: ModelConfiguration, seed: Int
  ) -> [Example] {
    var generator = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
    return [7, 12, 5].map { length in
      let tokens = (0..<min(length, configuration.contextLength)).map { _ in
        TokenID(generator.uniform() * Double(configuration.vocabularySize))
      }
      return Example(
        id: "\(length)", tokens: tokens, answerMask: tokens.indices.map { $0 >= 2 })
    }
  }

  /// Runs all checks.
  ///
  /// - Parameter progress: Called with what comes next.
  /// - Returns: The checks in the order in which they were made.
  /// - Throws: `ModelError`, also where something is not finite.
  public func run(progress: (String) -> Void = { _ in }) throws -> [Check] {
    var checks: [Check] = []
    for (name, check) in [
      ("a batch against one by one", batching), ("tokens after the answer", padding),
      ("one thread against several", threading), ("generation with a cache", generation),
    ] {
      progress(name)
      checks += try check()
    }
    return checks + (try finiteDifferences(progress))
  }

  /// All modules of the first and of the last layer.
  var sampledModules: [LinearModule] {
    let configuration = model.configuration
    return Set([0, configuration.layerCount - 1]).sorted()
      .flatMap(configuration.linearModules(ofLayer:))
  }

  private func finiteDifferences(_ progress: (String) -> Void) throws -> [Check] {
    let modules = sampledModules
    // The shortest one: a comparison takes four passes for each module.
    let example = examples.min { $0.tokens.count < $1.tokens.count } ?? examples[0]
    let errors = try FiniteDifferences(model, example, gradient: gradient)
      .errors(of: modules, seed: seed) { progress("finite differences of \($0.name)") }
    return zip(modules, errors).map { module, error in
      Check(
        name: "gradient of \(module.name) against finite differences", error: error,
        tolerance: FiniteDifferences.tolerance)
    }
  }
}
