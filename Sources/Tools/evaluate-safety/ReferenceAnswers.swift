import Checkpoints
import CommandSupport
import Conversations
import Evaluation
import ModelLoading
import OrderedJSON
import ResultFiles
import Tokenization
import Tokens
import Transformer

/// What a reference model answers to all prompts, and what of it is kept when it has left the memory: the
/// states that its head reads, and the head.
struct ReferenceAnswers {
  /// The reference's answer to one prompt.
  private struct Answer {
    let response: String
    /// Prompt and answer; nil where the reference could write nothing.
    let example: Example?
  }

  private let answers: [[Answer]]
  private let states: [[AnswerStates]]
  private let head: DetachedHead
  private let provenance: Provenance

  /// Has a reference answer, and lets it go.
  ///
  /// It reads the same tokens as the evaluated model. Its answers end with the stop tokens of either, and where
  /// the evaluated model can read no more.
  ///
  /// - Parameters:
  ///   - choice: The reference.
  ///   - sets: The prompts.
  ///   - model: The evaluated model.
  ///   - encoding: How prompts become tokens.
  ///   - tokenizer: The evaluated model's.
  ///   - options: How many tokens are answered.
  ///   - run: Quiet or not.
  /// - Throws: `EvaluationError.otherVocabulary`, `unsuitablePrompt`, `CheckpointError`, `ModelError`,
  ///   `ConversationError`.
  init(
    _ choice: ModelChoice, on sets: [PromptSet], for model: OpenedModel,
    _ encoding: PromptEncoding, _ tokenizer: Tokenizer, _ options: GenerationOptions,
    _ run: RunOptions
  ) throws {
    let opened = try choice.open()
    let encoder = try opened.encoder()
    try VocabularyCheck(
      path: model.checkpoint.path, size: model.configuration.vocabularySize, tokenizer: tokenizer
    ).requireSame(
      path: opened.checkpoint.path, size: opened.configuration.vocabularySize,
      tokenizer: encoder.tokenizer)
    let prompts = try sets.map { try encoding.tokens(of: $0) }
    let newTokens = min(options.maxNewTokens, opened.configuration.contextLength)
    let language = try opened.load(
      for: Self.workloads(prompts.map { $0.map(\.count) }, newTokens, options, opened),
      quiet: run.quiet)
    let settings = try ModelGeneration(of: opened).settings
    var (answers, states): ([[Answer]], [[AnswerStates]]) = ([], [])
    for (set, prompts) in zip(sets, prompts) {
      let progress = Progress(
        "\(set.name), reference", total: prompts.count, unit: "prompts", quiet: run.quiet)
      defer { progress.finish() }
      let continuations = try language.continuations(
        of: prompts, maxNewTokens: newTokens,
        stopTokens: encoding.stopTokens.union(encoder.stopTokens),
        batchSize: options.batchSize, settings: settings
      ) { done, _ in progress.update(completed: done) }
      let answered = zip(prompts, continuations).map { prompt, continuation in
        // The evaluated model may read less than the reference.
        let room = max(0, model.configuration.contextLength - prompt.count)
        return Answer(
          response: encoding.decode(Array(continuation.tokens.prefix(room))),
          example: Example(
            prompt: prompt, answer: Array(continuation.tokensWithStop.prefix(room))))
      }
      answers.append(answered)
      states.append(try language.answerStates(answered.compactMap(\.example)))
    }
    (self.answers, self.states) = (answers, states)
    head = DetachedHead(of: language)
    provenance = try opened.provenance(encoder: encoder)
  }

  /// The part of `scores.json` that says what the reference is.
  var json: JSONValue {
    [
      "model": .string(provenance.model), "architecture": .string(provenance.architecture),
      "model_fingerprint": .string(provenance.modelFingerprint),
      "tokenizer_fingerprint": .string(provenance.tokenizerFingerprint),
    ]
  }

  /// What the comparison takes of memory beside the evaluated model.
  ///
  /// - Parameter configuration: The evaluated model's.
  /// - Returns: A workload a set, and the bytes that are held all the while.
  func workloads(_ configuration: ModelConfiguration) -> (passes: [Workload], held: Double) {
    let kept = states.joined().reduce(0) { $0 + $1.count }
    let held = head.byteCount + AnswerStates.byteCount(configuration, answerTokens: kept)
    let passes = answers.map { answers in
      var workload = Workload.losses(answers.compactMap { $0.example?.tokens.count })
      workload.stateByteCount += DetachedHead.comparisonByteCount(
        configuration, answerTokens: answers.compactMap { $0.example?.answerTokenCount }.max() ?? 0)
      return workload
    }
    return (passes, held)
  }

  /// How far a model is from the reference on each prompt of a set.
  ///
  /// - Parameters:
  ///   - index: Place of the set.
  ///   - language: The evaluated model.
  ///   - progress: Called with the number of prompts that are done.
  /// - Returns: One divergence a prompt.
  /// - Throws: `ModelError`.
  func divergences(
    onSet index: Int, of language: LanguageModel, progress: (Int) -> Void
  ) throws -> [PromptDivergence] {
    let examples = answers[index].compactMap(\.example)
    let found = try language.divergences(
      on: examples, from: states[index], of: head, didPass: progress)
    var rest = found[...]
    return answers[index].map { answer in
      PromptDivergence(
        response: answer.response, tokens: answer.example == nil ? [] : rest.popFirst() ?? [])
    }
  }

  /// Answers of all sets, then the states along them, which stay.
  private static func workloads(
    _ lengths: [[Int]], _ newTokens: Int, _ options: GenerationOptions, _ model: OpenedModel
  ) -> [Workload] {
    let configuration = model.configuration
    let held = AnswerStates.byteCount(
      configuration, answerTokens: lengths.joined().count * newTokens)
    return lengths.flatMap { lengths in
      [
        Workload.generation(lengths, newTokens: newTokens, batchSize: options.batchSize),
        Workload.losses(lengths.map { min($0 + newTokens, configuration.contextLength) }),
      ]
    }.map { $0.holding(held) }
  }
}

extension Workload {
  /// The same while so many bytes more are held.
  func holding(_ bytes: Double) -> Workload {
    var workload = self
    workload.stateByteCount += bytes
    return workload
  }
}

extension Example {
  /// A prompt with an answer that carries loss; nil where there is no answer.
  fileprivate init?(prompt: [TokenID], answer: [TokenID]) {
    if answer.isEmpty { return nil }
    self.init(
      id: "", tokens: prompt + answer,
      answerMask: prompt.map { _ in false } + answer.map { _ in true })
  }
}
