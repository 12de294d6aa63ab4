import ArgumentParser
import CommandSupport
import Endpoint
import Evaluation
import Files
import OrderedJSON
import ResultFiles

/// Scores a model's safety on both sides, and its utility.
@main
struct EvaluateSafety: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate-safety",
    abstract:
      "Score refusals of harmful and benign prompts, the loss on examples, and answers to questions.",
    discussion: """
      Writes a folder with scores.json, responses.jsonl, which holds every response, refused or not, \
      utility.jsonl with the loss of every example, and choices.jsonl with the likelihood of every choice. Prompt files are JSONL, JSON, CSV or TXT; the flags that \
      name them may be repeated. Without a model, --responses scores stored responses again, and --compare \
      sets two folders of scores side by side.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: OptionalModelOptions
  @OptionGroup(title: "Prompts") var promptOptions: PromptOptions
  @OptionGroup(title: "Conversation") var conversationOptions: ConversationOptions
  @OptionGroup(title: "Answers") var generationOptions: GenerationOptions
  @OptionGroup(title: "Reference") var referenceOptions: ReferenceOptions
  @OptionGroup(title: "Questions") var choiceOptions: ChoiceOptions
  @OptionGroup(title: "Stored responses") var storedOptions: StoredResponseOptions
  @OptionGroup(title: "Server") var endpointOptions: EndpointOptions
  @OptionGroup(title: "Judge") var judgeOptions: JudgeOptions
  @OptionGroup(title: "Requests to servers") var requestOptions: RequestOptions
  @OptionGroup(title: "Comparison") var comparisonOptions: ComparisonOptions
  @OptionGroup(title: "Output") var outputOptions: OptionalOutputOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(help: ArgumentHelp("Examples, JSONL, whose loss measures utility.", valueName: "file"))
  var utility: [String] = []

  private var inputs: [String] {
    modelOptions.inputs + promptOptions.inputs + storedOptions.inputs + utility
      + referenceOptions.inputs + choiceOptions.choices + judgeOptions.inputs
  }

  func validate() throws {
    for path in utility { try requirePath(path, flag: "--utility") }
    if !comparisonOptions.compare.isEmpty {
      if !inputs.isEmpty || endpointOptions.endpoint != nil {
        throw ValidationError("--compare takes no model and no prompts")
      }
      return
    }
    if storedOptions.responses != nil, !promptOptions.inputs.isEmpty {
      throw ValidationError("--responses has its own prompts: leave out --harmful and --benign")
    }
    if promptOptions.inputs.isEmpty { try requireNothingOfPrompts() }
    if promptOptions.inputs.isEmpty, storedOptions.responses == nil, !measuresTexts {
      throw ValidationError(
        "nothing to evaluate: give --harmful, --benign, --utility, --choices, --responses or --compare"
      )
    }
    if outputOptions.output == nil {
      throw ValidationError("missing expected argument '--output <path>'")
    }
    if judgeOptions.isGiven, promptOptions.inputs.isEmpty, storedOptions.responses == nil {
      throw ValidationError(
        "a judge has nothing to judge: give --harmful, --benign or --responses")
    }
    try requireOneSource()
  }

  func run() throws {
    if !comparisonOptions.compare.isEmpty {
      return try comparisonOptions.run(outputOptions, runOptions)
    }
    let replies = KeptReplyLog(
      at: outputOptions.path(besideWith: ".replies.jsonl") ?? ".replies.jsonl")
    let scores = try outputOptions.write(as: .folder, inputs: inputs) { path in
      try evaluate(writing: path, replies)
    }
    replies.remove()
    try runOptions.printResult(scores.json(), text: scores.table)
  }

  private func evaluate(writing folder: String?, _ replies: KeptReplyLog) throws -> Scores {
    let judge = try judgeOptions.chosen(
      requestOptions, log: replies.opened, memoryLimit: modelOptions.variant.memoryLimit,
      runOptions)
    var (scores, responses, choices, provenance) = try answered(replies)
    if let judge { (responses, scores.judge) = try judge.judging(responses, runOptions) }
    scores.promptSets = responses.map { PromptSetScore($0.responses, of: $0.set) }
    if let folder {
      let lines = responses.map { set, responses in
        responses.map { $0.json(in: set).text() + "\n" }.joined()
      }
      try OutputText.write(lines.joined(), to: folder + "/responses.jsonl")
      let losses = scores.utility.map(\.lines).joined()
      if !losses.isEmpty { try OutputText.write(losses, to: folder + "/utility.jsonl") }
      if !choices.isEmpty { try OutputText.write(choices, to: folder + "/choices.jsonl") }
      try OutputText.write(
        scores.json(provenance: provenance).text(.pretty) + "\n", to: folder + "/scores.json")
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
}
