import ArgumentParser
import CommandSupport
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
      if isAsked || !utility.isEmpty { try modelOptions.requireModel() }
      return
    }
    if !isAsked { throw ValidationError("--endpoint answers prompts: give --harmful or --benign") }
    if !utility.isEmpty { return try modelOptions.requireModel() }
    if modelOptions.model != nil {
      throw ValidationError("--endpoint answers the prompts, so that --model has nothing to do")
    }
  }

  /// What a model or a server answers, or what is stored; a model has left the memory when this returns.
  ///
  /// - Parameter replies: The log of a server's replies.
  /// - Returns: Scores that lack those of the sets, the judged responses, and where they are from.
  /// - Throws: What keeps the prompts from being answered.
  func answered(
    _ replies: KeptReplyLog
  ) throws -> (scores: Scores, responses: [SetResponses], provenance: JSONObject) {
    let opened = try modelOptions.open()
    let stored = try storedOptions.read(promptOptions, runOptions)
    let asked = try promptOptions.sets(runOptions)
    let remote = try endpointOptions.answers(
      requestOptions,
      ChatSettings(maxTokens: generationOptions.maxNewTokens, seed: runOptions.seed),
      log: replies.opened, runOptions)
    let model = try opened.map {
      try EvaluatedModel(
        $0, answering: remote == nil ? asked : [], utility: utility, generationOptions, runOptions)
    }
    var scores = Scores(
      promptSets: [], utility: [],
      maxNewTokens: stored.map(\.maxNewTokens) ?? generationOptions.maxNewTokens,
      generation: stored?.generation ?? remote.map { _ in ["decoding": "greedy"] }
        ?? model?.decoding ?? .null)
    scores.rescoring = stored?.rescoring
    scores.endpoint = remote?.json
    var responses: [SetResponses] = []
    let sources: [(any AnswerSource)?] = [stored?.answers, remote, model?.answers]
    if let source = sources.lazy.compactMap({ $0 }).first {
      for set in stored?.answers.sets ?? asked {
        responses.append((set, try judged(set, answeredBy: source)))
      }
    }
    if let stored {
      for (set, responses) in responses {
        scores.rescoring?.compare(responses, with: stored.answers.earlierVerdicts(on: set), of: set)
      }
    }
    scores.utility = try model?.utilityScores(runOptions) ?? []
    let provenance = runOptions.provenance(
      of: try stored?.provenance ?? model?.provenance() ?? Provenance()
    ).json
    // Of a server nothing is known that would be said of a model.
    let members = provenance.members.filter {
      remote == nil || model != nil || $0.value.stringValue != ""
    }
    return (scores, responses, JSONObject(members))
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
