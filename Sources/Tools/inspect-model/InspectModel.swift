import ArgumentParser
import Checkpoints
import CommandSupport
import Conversations
import Failures
import ModelLoading
import OrderedJSON
import Tokenization
import Tokens
import Verification

/// Shows what a model folder or file holds, tokenises texts and renders conversations.
@main
struct InspectModel: SutureCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect-model",
    abstract: "Show what a model is, tokenise texts, render conversations, or check its gradients.",
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

  @Flag(
    help: "Render as a table: the text, then its tokens one by one with a * where they carry loss.")
  var showMask = false

  @Flag(
    help: ArgumentHelp(
      "Check losses, gradients and generation of the model against itself and against finite "
        + "differences.",
      discussion: "Ends with exit code 65 when a deviation is larger than rounding explains."))
  var selfTest = false

  @Option(
    help: ArgumentHelp(
      "Number of tokens whose gradients memory and time are estimated for.", valueName: "count"))
  var tokens = 512

  func validate() throws {
    try requireValue(tokens, in: 1...1_000_000, flag: "--tokens")
    if let tokenize { try requirePath(tokenize, flag: "--tokenize") }
    if let render { try requirePath(render, flag: "--render") }
    if [tokenize != nil, render != nil, selfTest].count(where: { $0 }) > 1 {
      throw ValidationError("--tokenize, --render and --self-test exclude each other")
    }
    if showMask, render == nil {
      throw ValidationError("--show-mask needs --render")
    }
    if noSpecialTokens, tokenize == nil {
      throw ValidationError("--no-special-tokens needs --tokenize")
    }
    if generationPrompt, render == nil {
      throw ValidationError("--generation-prompt needs --render")
    }
  }

  func run() throws {
    if let tokenize {
      try tokenizeTexts(tokenize)
    } else if let render {
      try renderConversations(render)
    } else if selfTest {
      let report = try SelfTestReport(
        modelOptions, seed: runOptions.seed, quiet: runOptions.quiet)
      try runOptions.printResult(report.json, text: report.text)
      try naming(modelOptions.model) { try report.checks.requireAll() }
    } else {
      let summary = try ModelSummary(modelOptions, tokens: tokens)
      try runOptions.printResult(.object(summary.json), text: summary.text)
      if let fault = summary.fault { throw fault }
    }
  }

  private func encoder() throws -> ConversationEncoder {
    try modelOptions.choice.encoder(at: ModelLocation(of: modelOptions.model))
  }

  private func tokenizeTexts(_ path: String) throws {
    let tokenizer = try encoder().tokenizer
    var file = try records(path, flag: "--tokenize", with: "text")
    while let text = try file.nextText() {
      let ids = try naming(modelOptions.model) {
        try tokenizer.encode(text, addSpecialTokens: !noSpecialTokens).map(\.id)
      }
      let decoded = tokenizer.decode(ids, skipSpecialTokens: false)
      try printLine(["ids": .array(ids.map { .integer(Int($0)) }), "decoded": .string(decoded)])
    }
  }

  private func renderConversations(_ path: String) throws {
    let encoder = try encoder()
    runOptions.note(
      try modelOptions.choice.templateNotes(at: ModelLocation(of: modelOptions.model)))
    var file = try records(path, flag: "--render", with: "messages")
    var number = 0
    while let messages = try file.nextConversation() {
      number += 1
      let result = Result { () throws(ConversationError) in
        try encoder.encodeWhole(messages, addGenerationPrompt: generationPrompt)
      }
      switch result {
      case .success(let conversation) where showMask:
        let table = MaskTable(
          number: number, conversation: conversation, tokenizer: encoder.tokenizer)
        try StandardOutput.write(table.text)
      case .success(let conversation): try printLine(conversation.json)
      // Without a template that can be used no conversation is to blame.
      case .failure(let error) where encoder.template == nil: throw error
      case .failure(let error) where showMask:
        try StandardOutput.write("conversation \(number): \(error)")
      case .failure(let error): try printLine(["error": .string(error.description)])
      }
    }
  }

  /// A text in place of a file is what a new user gives first.
  private func records(_ path: String, flag: String, with key: String) throws -> RecordFile {
    do throws(ExampleError) {
      return try RecordFile(path: path)
    } catch {
      guard case .missing(let reason) = error.cause else { throw error }
      throw CommandError.inputMissing(
        path: path, reason: "\(reason) (\(flag) takes a JSONL file of objects with \"\(key)\")")
    }
  }

  private func printLine(_ value: JSONValue) throws {
    try StandardOutput.write(value.text())
  }
}

extension EncodedConversation {
  fileprivate var json: JSONValue {
    [
      "text": .string(text), "ids": .array(tokens.map { .integer(Int($0)) }),
      "answer_mask": .array(answerMask.map { .integer($0 ? 1 : 0) }),
    ]
  }
}
