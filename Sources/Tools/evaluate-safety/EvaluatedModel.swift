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
  private let encoding: PromptEncoding
  private let generation: ModelGeneration
  private let language: LanguageModel
  private let choices: [EncodedChoices]
  private let reference: ReferenceAnswers?
  private let utility: [(name: String, examples: LoadedExamples)]
  private let options: GenerationOptions

  /// Loads a model; a reference answers first and has left the memory by then.
  ///
  /// - Parameters:
  ///   - opened: The model.
  ///   - tasks: What it is asked.
  ///   - options: How it answers.
  ///   - run: Quiet or not.
  /// - Throws: `CheckpointError`, `ModelError`, `ExampleError`, `EvaluationError`.
  init(
    _ opened: OpenedModel, for tasks: ModelTasks, _ options: GenerationOptions, _ run: RunOptions
  ) throws {
    self.opened = opened
    self.options = options
    let encoder = tasks.needsTokenizer ? try opened.encoder() : try opened.encoderIfPresent()
    self.encoder = encoder
    let encoding =
      encoder.map { PromptEncoding($0, prefill: tasks.conversation.prefill) } ?? .none
    self.encoding = encoding
    generation = try ModelGeneration(of: opened)
    run.note(generation.notes)
    let names = InputName.distinct(tasks.utility.map(InputName.stem))
    utility = try zip(names, tasks.utility).map {
      ($0, try opened.examples($1, encoder: encoder, run: run))
    }
    let contextLength = opened.configuration.contextLength
    choices =
      try encoder.map { encoder in
        try tasks.choices.map {
          try EncodedChoices(
            $0, tasks.choiceContext, system: tasks.conversation.system, encoder,
            contextLength: contextLength)
        }
      } ?? []
    if let choice = tasks.reference, let encoder {
      reference = try ReferenceAnswers(
        choice, on: tasks.sets, for: opened, encoding, encoder.tokenizer, options, run)
    } else {
      reference = nil
    }
    // A prompt that cannot be encoded is left to the run, which names it.
    let newTokens = min(options.maxNewTokens, contextLength)
    let compared = reference?.workloads(opened.configuration)
    let lengths = tasks.sets.flatMap(\.prompts).map {
      (try? encoding.encode($0.messages))?.count ?? 0
    }
    let asked =
      lengths.isEmpty
      ? [] : [Workload.generation(lengths, newTokens: newTokens, batchSize: options.batchSize)]
    let workloads: [Workload] =
      asked + utility.map { .losses($0.examples.lengths) } + choices.map { .losses($0.lengths) }
      + (compared?.passes ?? [])
    language = try opened.load(
      for: workloads.map { $0.holding(compared?.held ?? 0) }, quiet: run.quiet)
  }

  /// The model as a source of answers.
  var answers: any AnswerSource {
    ModelAnswers(
      generator: ModelResponses(language: language, settings: generation.settings),
      encoding: encoding, maxNewTokens: options.maxNewTokens, batchSize: options.batchSize)
  }

  /// Its size, for `scores.json`.
  var parameters: Int? { Int(exactly: opened.configuration.parameterCount) }

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

  /// The accuracies on questions with choices.
  ///
  /// - Parameter run: Quiet or not.
  /// - Returns: The lines of `choices.jsonl`, and a score a file.
  /// - Throws: `ModelError`, `EvaluationError`.
  func choiceScores(_ run: RunOptions) throws -> (lines: String, scores: [ChoiceScore]) {
    let measured = try choices.map { try $0.score(language, run) }
    let lines = measured.flatMap { results, score in
      results.map { $0.json(in: score.name).text() + "\n" }
    }
    return (lines.joined(), measured.map(\.score))
  }

  /// What the model is compared with, for `scores.json`; nil for nothing.
  var referenceJSON: JSONValue? { reference?.json }

  /// How far the model is from the reference on each prompt of a set; nil where there is no reference.
  ///
  /// - Parameters:
  ///   - index: Place of the set.
  ///   - set: The set.
  ///   - run: Quiet or not.
  /// - Returns: One divergence a prompt.
  /// - Throws: `ModelError`.
  func divergences(
    onSet index: Int, _ set: PromptSet, _ run: RunOptions
  ) throws -> [PromptDivergence]? {
    guard let reference else { return nil }
    let progress = Progress(
      "\(set.name), divergence", total: set.prompts.count, unit: "prompts", quiet: run.quiet)
    defer { progress.finish() }
    return try reference.divergences(onSet: index, of: language) { progress.update(completed: $0) }
  }

  /// What concerns the model; the command that runs adds the rest.
  ///
  /// - Returns: The provenance.
  /// - Throws: `CheckpointError`.
  func provenance() throws -> Provenance { try opened.provenance(encoder: encoder) }
}
