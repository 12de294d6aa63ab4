import ArgumentParser
import CommandSupport
import Conversations
import Evaluation
import Files
import OrderedJSON
import ResultFiles
import SystemPackage

extension PromptSet.Kind: ExpressibleByArgument {}

/// Flags that name stored responses to score again.
struct StoredResponseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Score these stored responses instead of asking a model: a responses.jsonl, or prompts with "
        + "responses of other tools as JSONL, JSON or CSV.",
      valueName: "file"))
  var responses: String?

  @Option(
    help: ArgumentHelp(
      "What the prompts of --responses are where the file does not say it: harmful or benign.",
      valueName: "kind"))
  var responsesKind: PromptSet.Kind?

  @Option(
    help: ArgumentHelp(
      "Column or member of --responses that holds the response; the default is response, completion, "
        + "generation, output, model_output or answer.",
      valueName: "name"))
  var responseColumn: String?

  /// The files, which no output may replace.
  var inputs: [String] { responses.map { [$0] } ?? [] }

  func validate() throws {
    if let responses { try requirePath(responses, flag: "--responses") }
    if responses == nil, responsesKind != nil || responseColumn != nil {
      throw ValidationError("--responses-kind and --response-column need --responses")
    }
  }

  /// Reads the responses and what is known of the run that stored them.
  ///
  /// - Parameters:
  ///   - prompts: Where prompts and categories stand, and how many are taken.
  ///   - run: Prints what the user should know of the file.
  /// - Returns: The responses; nil where none are named.
  /// - Throws: `ExampleError`, `ResponseFileError`, `StoredScoresError`.
  func read(_ prompts: PromptOptions, _ run: RunOptions) throws -> StoredRun? {
    guard let responses else { return nil }
    let answers = try StoredAnswers(
      reading: responses, name: InputName.stem(of: responses), kind: responsesKind,
      columns: prompts.columns, responseColumn: responseColumn, limit: prompts.limit)
    run.note(answers.notes)
    try prompts.requireCategories([(responses, answers.columnNames)], run)
    let beside = FilePath(responses).removingLastComponent().appending("scores.json")
    let isOwn = FilePath(responses).lastComponent?.string == "responses.jsonl"
    let scores = isOwn ? try StoredScores.scores(at: beside.string) : nil
    return StoredRun(
      answers: answers, scores: scores,
      rescoring: Rescoring(of: responses, sha256: answers.sha256, scores: scores))
  }
}

/// Stored responses, and the scores that stood beside them.
struct StoredRun {
  /// The responses.
  let answers: StoredAnswers
  /// The `scores.json` beside them, or nil.
  let scores: JSONObject?
  /// What is compared with the verdicts that stand there.
  let rescoring: Rescoring

  /// How the responses came about, for `scores.json`.
  var generation: JSONValue { scores?["generation"] ?? .null }

  /// The system turn before each prompt, and what the answers were forced to begin with, where it is known.
  var conversation: (system: String?, prefill: String?) {
    (scores?["system"]?.stringValue, scores?["prefill"]?.stringValue)
  }

  /// Tokens of an answer at most, where it is known.
  var maxNewTokens: Int? { scores?["max_new_tokens"]?.integerValue }

  /// The model that answered, where it is known.
  var provenance: Provenance {
    func text(_ key: String) -> String { scores?[key]?.stringValue ?? "" }
    var provenance = Provenance(
      model: text("model"), architecture: text("architecture"),
      modelFingerprint: text("model_fingerprint"),
      tokenizerFingerprint: text("tokenizer_fingerprint"),
      chatTemplateSHA256: text("chat_template_sha256"))
    provenance.templateArguments = scores?["template_arguments"]?.text() ?? ""
    return provenance
  }
}
