import ArgumentParser
import CommandSupport

/// Shows what a model folder or file holds, tokenises texts and renders conversations.
@main
struct InspectModel: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect-model",
    abstract: "Show what a model is, tokenise texts, or render conversations with its template.",
    discussion: """
      The folder may be partial: texts need no more than a tokenizer, conversations no more than a \
      tokenizer and a chat template.
      """,
    version: toolVersion)

  @OptionGroup(title: "Model") var modelOptions: ModelOptions
  @OptionGroup(title: "Run") var runOptions: RunOptions

  @Option(
    help: ArgumentHelp(
      "Texts, JSONL with \"text\": prints {\"ids\", \"decoded\"}, one line each.", valueName: "file"
    ))
  var tokenize: String?

  @Flag(help: "Leave out the special tokens that the tokenizer adds around a text.")
  var noSpecialTokens = false

  @Option(
    help: ArgumentHelp(
      "Conversations, JSONL with \"messages\": prints {\"text\", \"ids\", \"answer_mask\"}, one line "
        + "each, or {\"error\"} where the template refuses.",
      valueName: "file"))
  var render: String?

  @Flag(help: "Render with the opening of an assistant turn at the end.")
  var generationPrompt = false

  func validate() throws {
    if let tokenize { try requirePath(tokenize, flag: "--tokenize") }
    if let render { try requirePath(render, flag: "--render") }
    if tokenize != nil, render != nil {
      throw ValidationError("--tokenize and --render exclude each other")
    }
    if noSpecialTokens, tokenize == nil {
      throw ValidationError("--no-special-tokens needs --tokenize")
    }
    if generationPrompt, render == nil {
      throw ValidationError("--generation-prompt needs --render")
    }
  }

  func run() throws {
  }
}
