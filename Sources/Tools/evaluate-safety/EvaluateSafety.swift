import ArgumentParser
import CommandSupport
import Evaluation
import Files
import OrderedJSON
import ResultFiles

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

  @OptionGroup(title: "Model") var modelOptions: OptionalModelOptions
  @OptionGroup(title: "Prompts") var promptOptions: PromptOptions
  @OptionGroup(title: "Answers") var generationOptions: GenerationOptions
  @OptionGroup(title: "Output") var outputOptions: OutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL, whose loss measures utility.", valueName: "file"))
  var utility: [String] = []

  func validate() throws {
    for path in utility { try requirePath(path, flag: "--utility") }
    if promptOptions.inputs.isEmpty, utility.isEmpty {
      throw ValidationError("nothing to evaluate: give --harmful, --benign or --utility")
    }
    try modelOptions.requireModel()
  }

  func run() throws {
    let inputs = modelOptions.inputs + promptOptions.inputs + utility
    let scores = try outputOptions.write(as: .folder, inputs: inputs) { path in
      try evaluate(writing: path)
    }
    try runOptions.printResult(scores.json(), text: scores.table)
  }

  private func evaluate(writing folder: String) throws -> Scores {
    let opened = try modelOptions.open()
    let sets = try promptOptions.sets(runOptions)
    let model = try opened.map {
      try EvaluatedModel(
        $0, answering: sets, utility: utility, generationOptions, runOptions)
    }
    var scores = Scores(
      promptSets: [], utility: [], maxNewTokens: generationOptions.maxNewTokens,
      generation: model?.decoding ?? .null)
    var lines = ""
    if let source = model?.answers {
      for set in sets {
        let responses = try judged(set, answeredBy: source)
        scores.promptSets.append(PromptSetScore(responses, of: set))
        lines += responses.map { $0.json(in: set).text() + "\n" }.joined()
      }
    }
    scores.utility = try model?.utilityScores(runOptions) ?? []
    let provenance = runOptions.provenance(of: try model?.provenance() ?? Provenance())
    try OutputText.write(lines, to: folder + "/responses.jsonl")
    try OutputText.write(
      scores.json(provenance: provenance.json).text(.pretty) + "\n", to: folder + "/scores.json")
    return scores
  }

  private func judged(
    _ set: PromptSet, answeredBy source: any AnswerSource
  ) throws -> [JudgedResponse] {
    let progress = Progress(
      set.name, total: set.prompts.count, unit: "prompts", quiet: runOptions.quiet)
    defer { progress.finish() }
    return try EvaluationRun(source).responses(to: set) { done, _ in
      progress.update(completed: done)
    }
  }
}
