import ArgumentParser
import CommandSupport
import Conversations
import Evaluation
import Files
import ModelLoading
import OrderedJSON
import ResultFiles
import Transformer

/// Scores a model's safety on both sides, and its utility.
@main
struct EvaluateSafety: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate-safety",
    abstract: "Score refusals of harmful and benign prompts, and the loss on utility examples.",
    discussion: """
      Writes a folder with scores.json and responses.jsonl, which holds every response, refused or \
      not. Prompt files are JSONL, JSON, CSV or TXT. Each of the three flags may be repeated; one file at \
      least is needed.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Prompts") var promptOptions: PromptOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL, whose loss measures utility.", valueName: "file"))
  var utility: [String] = []

  @Option(help: ArgumentHelp("Longest response, in tokens.", valueName: "count"))
  var maxNewTokens = 64

  @Option(help: ArgumentHelp("Number of responses generated together.", valueName: "count"))
  var batchSize = 64

  func validate() throws {
    try requireValue(batchSize, in: 1...65536, flag: "--batch-size")
    for path in utility { try requirePath(path, flag: "--utility") }
    try requireValue(maxNewTokens, in: 1...1_000_000, flag: "--max-new-tokens")
    if promptOptions.inputs.isEmpty, utility.isEmpty {
      throw ValidationError("nothing to evaluate: give --harmful, --benign or --utility")
    }
  }

  func run() throws {
    let inputs = modelOptions.inputs + promptOptions.inputs + utility
    let scores = try outputOptions.write(as: .folder, inputs: inputs) { path in
      try evaluate(writing: path)
    }
    try runOptions.printResult(scores.json(), text: scores.table)
  }

  private func evaluate(writing folder: String) throws -> Scores {
    let model = try modelOptions.open()
    let sets = try promptOptions.sets(runOptions)
    let encoder = sets.isEmpty ? try model.encoderIfPresent() : try model.encoder()
    let generation = try ModelGeneration(of: model)
    runOptions.note(generation.notes)
    let examples = try utility.map { try model.examples($0, encoder: encoder, run: runOptions) }
    let language = try model.load(
      for: workloads(model, sets, examples, encoder), quiet: runOptions.quiet)
    let run = EvaluationRun(
      ModelAnswers(
        generator: ModelResponses(language: language, settings: generation.settings),
        encoding: encoder.map(PromptEncoding.init) ?? .none,
        maxNewTokens: maxNewTokens, batchSize: batchSize))
    var scores = Scores(
      promptSets: [], utility: [], maxNewTokens: maxNewTokens, generation: generation.json)
    var lines = ""
    for set in sets {
      let progress = Progress(
        set.name, total: set.prompts.count, unit: "prompts", quiet: runOptions.quiet)
      let responses = try run.responses(to: set) { done, _ in progress.update(completed: done) }
      progress.finish()
      scores.promptSets.append(PromptSetScore(responses, of: set))
      lines += responses.map { $0.json(in: set).text() + "\n" }.joined()
    }
    scores.utility = try zip(utility, examples).map {
      try language.utilityScore($0, $1, runOptions)
    }
    let provenance = runOptions.provenance(of: try model.provenance(encoder: encoder))
    try OutputText.write(lines, to: folder + "/responses.jsonl")
    try OutputText.write(
      scores.json(provenance: provenance.json).text(.pretty) + "\n", to: folder + "/scores.json")
    return scores
  }

  /// What the model is used for, one after the other; a prompt that cannot be encoded is left to
  /// the run, which names it.
  private func workloads(
    _ model: OpenedModel, _ sets: [PromptSet], _ examples: [LoadedExamples],
    _ encoder: ConversationEncoder?
  ) -> [Workload] {
    let newTokens = min(maxNewTokens, model.configuration.contextLength)
    return sets.map { set in
      let lengths = set.prompts.map { (try? encoder?.encodePrompt($0.messages))?.count ?? 0 }
      return .generation(lengths, newTokens: newTokens, batchSize: batchSize)
    } + examples.map { .losses($0.lengths) }
  }
}
