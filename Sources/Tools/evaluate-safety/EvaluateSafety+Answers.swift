import ArgumentParser
import CommandSupport
import Conversations
import Endpoint
import Evaluation
import OrderedJSON
import ResultFiles

/// From the flags that say who answers to the answers, judged by the matcher.
extension EvaluateSafety {
  /// Prompts are answered by a model, by a server or by what is stored; who has nothing to do is refused.
  func requireOneSource() throws {
    let isAsked = !promptOptions.inputs.isEmpty
    guard endpointOptions.endpoint != nil else {
      if isAsked || measuresTexts { try modelOptions.requireModel() }
      if modelOptions.model == nil, !modelOptions.variant.templateArguments.isEmpty {
        throw ValidationError("--template-argument needs --model or --endpoint")
      }
      return
    }
    if conversationOptions.prefill != nil {
      throw ValidationError("--prefill needs --model: a server does not say how it goes on")
    }
    if referenceOptions.reference != nil {
      throw ValidationError("--reference needs --model: a server does not say what it predicts")
    }
    if !isAsked { throw ValidationError("--endpoint answers prompts: give --harmful or --benign") }
    if measuresTexts { return try modelOptions.requireModel() }
    if modelOptions.model != nil {
      throw ValidationError("--endpoint answers the prompts, so that --model has nothing to do")
    }
  }

  /// Whether a model is to measure the likelihood of texts.
  var measuresTexts: Bool { !utility.isEmpty || !choiceOptions.choices.isEmpty }

  /// Refuses flags that say how prompts are asked where there are none to ask.
  func requireNothingOfPrompts() throws {
    if referenceOptions.reference != nil {
      throw ValidationError("--reference needs --harmful or --benign")
    }
    if conversationOptions.prefill != nil {
      throw ValidationError("--prefill needs --harmful or --benign")
    }
    if conversationOptions.system != nil, !choiceOptions.choicesAsChat {
      throw ValidationError("--system needs --harmful, --benign or --choices-as-chat")
    }
  }

  /// What a model or a server answers, or what is stored; a model has left the memory when this returns.
  ///
  /// - Parameter replies: The log of a server's replies.
  /// - Returns: Scores that lack those of the sets, the judged responses, the lines of `choices.jsonl`, and where
  ///   they are from.
  /// - Throws: What keeps the prompts from being answered.
  func answered(
    _ replies: KeptReplyLog
  ) throws -> (
    scores: Scores, responses: [SetResponses], choices: String, provenance: JSONObject
  ) {
    let opened = try modelOptions.open()
    let stored = try storedOptions.read(promptOptions, runOptions)
    let asked = try conversationOptions.applied(to: promptOptions.sets(runOptions))
    let remote = try endpointOptions.answers(
      requestOptions,
      ChatSettings(
        maxTokens: generationOptions.maxNewTokens, seed: runOptions.seed,
        templateArguments: modelOptions.variant.arguments.variables),
      log: replies.opened, runOptions)
    let model = try opened.map {
      try EvaluatedModel($0, for: tasks(remote == nil ? asked : []), generationOptions, runOptions)
    }
    var scores = Scores(
      promptSets: [], utility: [],
      maxNewTokens: stored.map(\.maxNewTokens) ?? generationOptions.maxNewTokens,
      generation: stored?.generation ?? remote.map { _ in ["decoding": "greedy"] }
        ?? model?.decoding ?? .null)
    scores.rescoring = stored?.rescoring
    scores.parameters = remote == nil ? model?.parameters : nil
    scores.endpoint = remote?.json
    scores.reference = model?.referenceJSON
    (scores.system, scores.prefill) =
      stored?.conversation ?? (conversationOptions.system, conversationOptions.prefill)
    var responses: [SetResponses] = []
    let sources: [(any AnswerSource)?] = [stored?.answers, remote, model?.answers]
    if let source = sources.lazy.compactMap({ $0 }).first {
      let sets = stored?.answers.sets ?? asked
      for (index, var judged) in try judged(sets, answeredBy: source).enumerated() {
        let set = sets[index]
        let divergences = try model?.divergences(onSet: index, set, runOptions) ?? []
        for (place, divergence) in zip(judged.indices, divergences) {
          judged[place].divergence = divergence
        }
        responses.append((set, judged))
      }
    }
    if let stored {
      for (set, responses) in responses {
        scores.rescoring?.compare(responses, with: stored.answers.earlierVerdicts(on: set), of: set)
      }
    }
    scores.utility = try model?.utilityScores(runOptions) ?? []
    let questions = try model?.choiceScores(runOptions)
    scores.choices = questions?.scores ?? []
    let provenance = runOptions.provenance(
      of: try stored?.provenance ?? model?.provenance() ?? Provenance()
    ).json
    // Of a server nothing is known that would be said of a model.
    let members = provenance.members.filter {
      remote == nil || model != nil || $0.value.stringValue != ""
    }
    return (scores, responses, questions?.lines ?? "", JSONObject(members))
  }

  private func tasks(_ sets: [PromptSet]) throws -> ModelTasks {
    ModelTasks(
      sets: sets, utility: utility, choices: try choiceOptions.files(runOptions),
      choiceContext: choiceOptions.context, conversation: conversationOptions,
      reference: referenceOptions.choice(memoryLimit: modelOptions.variant.memoryLimit))
  }

  private func judged(
    _ sets: [PromptSet], answeredBy source: any AnswerSource
  ) throws -> [[JudgedResponse]] {
    let progress = Progress(
      sets.count == 1 ? sets[0].name : "\(sets.count) sets",
      total: sets.reduce(0) { $0 + $1.prompts.count }, unit: "prompts", quiet: runOptions.quiet)
    defer { progress.finish() }
    return try EvaluationRun(source).responses(to: sets) { done, _ in
      progress.update(completed: done)
    }
  }
}
