import CommandSupport
import Conversations
import Evaluation
import ModelLoading
import OrderedJSON
import ResultFiles
import Transformer

/// A model with its weights, loaded for what an evaluation asks of it.
struct EvaluatedModel {
  private let opened: OpenedModel
  private let encoder: ConversationEncoder?
  private let generation: ModelGeneration
  private let language: LanguageModel
  private let utility: [(name: String, examples: LoadedExamples)]
  private let options: GenerationOptions

  /// Loads a model.
  ///
  /// - Parameters:
  ///   - opened: The model.
  ///   - sets: The prompts that it answers.
  ///   - utility: Files of examples whose loss it is to measure.
  ///   - options: How it answers.
  ///   - run: Quiet or not.
  /// - Throws: `CheckpointError`, `ModelError`, `ExampleError`.
  init(
    _ opened: OpenedModel, answering sets: [PromptSet], utility: [String],
    _ options: GenerationOptions, _ run: RunOptions
  ) throws {
    self.opened = opened
    self.options = options
    let encoder = sets.isEmpty ? try opened.encoderIfPresent() : try opened.encoder()
    self.encoder = encoder
    generation = try ModelGeneration(of: opened)
    run.note(generation.notes)
    let names = InputName.distinct(utility.map(InputName.stem))
    self.utility = try zip(names, utility).map {
      ($0, try opened.examples($1, encoder: encoder, run: run))
    }
    // A prompt that cannot be encoded is left to the run, which names it.
    let newTokens = min(options.maxNewTokens, opened.configuration.contextLength)
    let workloads: [Workload] =
      sets.map { set in
        let lengths = set.prompts.map { (try? encoder?.encodePrompt($0.messages))?.count ?? 0 }
        return .generation(lengths, newTokens: newTokens, batchSize: options.batchSize)
      } + self.utility.map { .losses($0.examples.lengths) }
    language = try opened.load(for: workloads, quiet: run.quiet)
  }

  /// The model as a source of answers.
  var answers: any AnswerSource {
    ModelAnswers(
      generator: ModelResponses(language: language, settings: generation.settings),
      encoding: encoder.map(PromptEncoding.init) ?? .none,
      maxNewTokens: options.maxNewTokens, batchSize: options.batchSize)
  }

  /// How it answers, for `scores.json`.
  var decoding: JSONValue { generation.json }

  /// The losses on the utility files.
  ///
  /// - Parameter run: Quiet or not, and the seed of the intervals.
  /// - Returns: A score a file.
  /// - Throws: `ModelError`, `EvaluationError`.
  func utilityScores(_ run: RunOptions) throws -> [UtilityScore] {
    try utility.map { try language.utilityScore($0.name, $0.examples, run) }
  }

  /// What concerns the model; the command that runs adds the rest.
  ///
  /// - Returns: The provenance.
  /// - Throws: `CheckpointError`.
  func provenance() throws -> Provenance { try opened.provenance(encoder: encoder) }
}
