import ArgumentParser
import CommandSupport
import Endpoint
import Judging
import ModelLoading
import Transformer

/// Flags that name a judge of the responses.
struct JudgeOptions: ParsableArguments {
  /// Holds the key of the judge's server.
  static let keyVariable = "SUTURE_JUDGE_KEY"

  @Option(
    help: ArgumentHelp(
      "Model that judges the responses: a folder, a .gguf file or a hub id in the local cache.",
      valueName: "model"))
  var judge: String?

  @Option(
    name: .customLong("judge-adapter"),
    help: ArgumentHelp(
      "Folder of a PEFT LoRA adapter to apply on top of the judge; may be repeated.",
      valueName: "folder"))
  var judgeAdapters: [String] = []

  @Option(
    help: ArgumentHelp(
      "How the judge is asked: harmbench, llama-guard-3, wildguard or yes-no (the default) for --judge, "
        + "score (the default) or yes-no for --judge-endpoint, or a Jinja file that sees prompt, "
        + "response and messages.",
      valueName: "name|file"))
  var judgeTemplate: String?

  @Option(
    help: ArgumentHelp(
      "The positive and the negative answer to a template in a file; the default is yes,no.",
      valueName: "positive,negative"))
  var judgeAnswers: NameList?

  @Option(
    help: ArgumentHelp(
      "Server of chat completions whose model judges the responses; its key, if it has one, is read "
        + "from \(keyVariable).", valueName: "url"))
  var judgeEndpoint: String?

  @Option(help: ArgumentHelp("Name of the judge at that server.", valueName: "name"))
  var judgeModel: String?

  /// Whether there is a judge.
  var isGiven: Bool { judge != nil || judgeEndpoint != nil }

  /// The files and folders that these flags name, which no output may replace.
  var inputs: [String] {
    (judge.map { [path(ofModel: $0)] } ?? []) + judgeAdapters
      + (judgeTemplate.map { [$0] } ?? [])
  }

  func validate() throws {
    if let judge { try requirePath(judge, flag: "--judge") }
    for adapter in judgeAdapters { try requirePath(adapter, flag: "--judge-adapter") }
    if let judgeTemplate { try requirePath(judgeTemplate, flag: "--judge-template") }
    if judge != nil, judgeEndpoint != nil {
      throw ValidationError("--judge and --judge-endpoint: there is one judge")
    }
    if judgeEndpoint != nil, judgeModel?.isEmpty ?? true {
      throw ValidationError("--judge-endpoint needs --judge-model")
    }
    if judgeModel != nil, judgeEndpoint == nil {
      throw ValidationError("--judge-model needs --judge-endpoint")
    }
    if judge == nil, !judgeAdapters.isEmpty {
      throw ValidationError("--judge-adapter needs --judge")
    }
    if !isGiven, judgeTemplate != nil || judgeAnswers != nil {
      throw ValidationError("--judge-template and --judge-answers need --judge or --judge-endpoint")
    }
    if let judgeEndpoint { _ = try address(judgeEndpoint, flag: "--judge-endpoint") }
    if judgeAnswers != nil { _ = try answers() }
  }

  private func answers() throws -> JudgeAnswers? {
    guard let names = judgeAnswers?.names else { return nil }
    guard names.count == 2, names[0].lowercased() != names[1].lowercased() else {
      throw ValidationError("--judge-answers takes two different words, such as yes,no")
    }
    return JudgeAnswers(positive: names[0], negative: names[1])
  }

  /// The judge, checked and not loaded: an error of its flags or files costs no answers.
  ///
  /// - Parameters:
  ///   - requests: How a server is asked.
  ///   - log: Where replies are kept.
  ///   - memoryLimit: The memory that may be used.
  ///   - run: The seed, and warnings.
  /// - Returns: The judge, or nil.
  /// - Throws: `JudgeError`, `CheckpointError`, `ModelError`, `ConversationError`, `EndpointKey.Fault`.
  func chosen(
    _ requests: RequestOptions, log: () throws -> ReplyLog, memoryLimit: ByteCount?,
    _ run: RunOptions
  ) throws -> ChosenJudge? {
    if let judge {
      let template = try JudgeTemplate(
        named: judgeTemplate ?? "yes-no", for: .local, answers: answers())
      let choice = ModelChoice(model: judge, adapters: judgeAdapters, memoryLimit: memoryLimit)
      return .local(try LoadableJudge(choice.open(), template, name: judge))
    }
    guard let judgeEndpoint, let judgeModel else { return nil }
    let template = try JudgeTemplate(
      named: judgeTemplate ?? "score", for: .remote, answers: answers())
    let service = try requests.service(
      address(judgeEndpoint, flag: "--judge-endpoint"), keyIn: Self.keyVariable, log: log(), run)
    // Room for a reason before the verdict.
    let settings = ChatSettings(maxTokens: 512, seed: run.seed)
    return .remote(RemoteJudge(service, model: judgeModel, template: template, settings: settings))
  }
}
