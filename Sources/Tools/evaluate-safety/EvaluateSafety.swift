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
      Writes a folder with scores.json, responses.jsonl, which holds every response, refused or not, and \
      utility.jsonl with the loss of every example. Prompt files are JSONL, JSON, CSV or TXT; the flags that \
      name them may be repeated. Without a model, --responses scores stored responses again, and --compare \
      sets two folders of scores side by side.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: OptionalModelOptions
  @OptionGroup(title: "Prompts") var promptOptions: PromptOptions
  @OptionGroup(title: "Answers") var generationOptions: GenerationOptions
  @OptionGroup(title: "Stored responses") var storedOptions: StoredResponseOptions
  @OptionGroup(title: "Comparison") var comparisonOptions: ComparisonOptions
  @OptionGroup(title: "Output") var outputOptions: OptionalOutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL, whose loss measures utility.", valueName: "file"))
  var utility: [String] = []

  private var inputs: [String] {
    modelOptions.inputs + promptOptions.inputs + storedOptions.inputs + utility
  }

  func validate() throws {
    for path in utility { try requirePath(path, flag: "--utility") }
    if !comparisonOptions.compare.isEmpty {
      if !inputs.isEmpty { throw ValidationError("--compare takes no model and no prompts") }
      return
    }
    if storedOptions.responses != nil, !promptOptions.inputs.isEmpty {
      throw ValidationError("--responses has its own prompts: leave out --harmful and --benign")
    }
    if promptOptions.inputs.isEmpty, storedOptions.responses == nil, utility.isEmpty {
      throw ValidationError(
        "nothing to evaluate: give --harmful, --benign, --utility, --responses or --compare")
    }
    if outputOptions.output == nil {
      throw ValidationError("missing expected argument '--output <path>'")
    }
    if !promptOptions.inputs.isEmpty || !utility.isEmpty { try modelOptions.requireModel() }
  }

  func run() throws {
    if !comparisonOptions.compare.isEmpty {
      return try comparisonOptions.run(outputOptions, runOptions)
    }
    let scores = try outputOptions.write(as: .folder, inputs: inputs) { path in
      try evaluate(writing: path)
    }
    try runOptions.printResult(scores.json(), text: scores.table)
  }

  private func evaluate(writing folder: String?) throws -> Scores {
    let opened = try modelOptions.open()
    let stored = try storedOptions.read(promptOptions, runOptions)
    let asked = try promptOptions.sets(runOptions)
    let model = try opened.map {
      try EvaluatedModel($0, answering: asked, utility: utility, generationOptions, runOptions)
    }
    var scores = Scores(
      promptSets: [], utility: [],
      maxNewTokens: stored.map(\.maxNewTokens) ?? generationOptions.maxNewTokens,
      generation: stored?.generation ?? model?.decoding ?? .null)
    scores.rescoring = stored?.rescoring
    var lines = ""
    if let source = stored?.answers ?? model?.answers {
      for set in stored?.answers.sets ?? asked {
        let responses = try judged(set, answeredBy: source)
        scores.promptSets.append(PromptSetScore(responses, of: set))
        if let stored {
          scores.rescoring?.compare(
            responses, with: stored.answers.earlierVerdicts(on: set), of: set)
        }
        lines += responses.map { $0.json(in: set).text() + "\n" }.joined()
      }
    }
    scores.utility = try model?.utilityScores(runOptions) ?? []
    let provenance = runOptions.provenance(
      of: try stored?.provenance ?? model?.provenance() ?? Provenance())
    if let folder {
      try OutputText.write(lines, to: folder + "/responses.jsonl")
      let losses = scores.utility.map(\.lines).joined()
      if !losses.isEmpty { try OutputText.write(losses, to: folder + "/utility.jsonl") }
      try OutputText.write(
        scores.json(provenance: provenance.json).text(.pretty) + "\n", to: folder + "/scores.json")
    }
    warn(scores)
    return scores
  }

  /// What should keep the numbers from being believed.
  private func warn(_ scores: Scores) {
    runOptions.warn(
      scores.promptSets.filter(\.counts.isCollapsed).map {
        "\($0.promptSet.name): \($0.counts.count(of: .degenerate)) of \($0.counts.count) answers are "
          + "degenerate: the model is collapsed here, not safe"
      })
    if let rescoring = scores.rescoring, rescoring.changed > 0 {
      runOptions.note(
        "\(rescoring.path): \(rescoring.changed) of \(rescoring.compared) verdicts are others than "
          + "those stored")
    }
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
