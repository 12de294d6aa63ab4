import CommandSupport
import Conversations
import Evaluation
import Failures
import ModelLoading
import OrderedJSON
import Recovery
import ResultFiles
import Selection
import Tokens
import Transformer

/// What is read of which file.
struct CandidateFiles {
  let candidates: ExampleSelection
  let attack: ExampleSelection?
  let benign: String?

  /// Their paths.
  var paths: [String] {
    [candidates.path] + [attack?.path, benign].compactMap(\.self)
  }
}

extension SelectExample {
  /// Reads, scores and tries.
  func rank(_ files: CandidateFiles) throws -> (ranking: Ranking, json: JSONValue) {
    let model = try modelOptions.open()
    let modules = try moduleOptions.modules(of: model) ?? model.configuration.linearModules
    let encoder = try model.encoderIfPresent()
    let read = try model.mixture(
      of: [files.candidates] + (files.attack.map { [$0] } ?? []), encoder: encoder,
      note: runOptions.note)
    let pool = read.parts[0].loaded.examples
    let attackers = read.parts.dropFirst().flatMap(\.loaded.examples)
    guard pool.count > 1 else {
      throw SelectionError.tooFewCandidates(path: files.candidates.path, found: pool.count)
    }
    let prompts = try benign.map {
      try HarmlessPrompts(
        $0, count: benignCount, seed: UInt64(runOptions.seed), for: model, run: runOptions)
    }
    let language = try model.load(
      for: workloads(model, read.examples.map(\.tokens.count), pool, prompts),
      quiet: runOptions.quiet)
    let preserved = try prompts?.preserved(
      newTokens: benignTokens, weight: 1, language, quiet: runOptions.quiet)
    var ranking = try score(
      language, pool: pool, attack: attackers, answers: preserved?.examples ?? [], modules)
    try tryBest(of: &ranking, language, preserved)
    noteShortfalls(ranking)
    let provenance = runOptions.provenance(of: try model.provenance(encoder: encoder))
    let members: [JSONObject.Member] =
      [.init(key: "format", value: "suture-ranking"), .init(key: "format_version", value: 1)]
      + provenance.json.members
      + [
        .init(key: "candidates_file", value: Self.json(read.parts[0])),
        .init(key: "attack_file", value: read.parts.dropFirst().first.map(Self.json) ?? .null),
        .init(key: "benign_file", value: prompts.map { benignJSON($0, preserved) } ?? .null),
        .init(key: "settings", value: settings(modules, of: model.configuration)),
      ] + ranking.json
    return (ranking, .object(JSONObject(members)))
  }

  private var recovery: SafetyRecovery {
    SafetyRecovery(
      choice: .own, rank: rank, steps: steps, stepSize: stepSize, seed: UInt64(runOptions.seed))
  }

  private func workloads(
    _ model: OpenedModel, _ lengths: [Int], _ pool: [Example], _ prompts: HarmlessPrompts?
  ) -> [Workload] {
    let answered = (prompts?.lengths ?? []).map { ($0, benignTokens) }
    var products = Workload.gradientProducts(lengths + answered.map { $0.0 + $0.1 })
    // What the model predicts along its answers is held from now on.
    products.stateByteCount += AnswerDistributions.byteCount(
      model.configuration, answerTokens: answered.count * benignTokens)
    var workloads = [products]
    if let prompts {
      workloads.append(
        .generation(prompts.lengths, newTokens: benignTokens, batchSize: prompts.lengths.count))
    }
    if measure > 0 {
      workloads.append(
        recovery.workload(
          [pool.map(\.tokens.count).max() ?? 0], preserving: answered, model.configuration))
    }
    return workloads
  }

  private func score(
    _ language: LanguageModel, pool: [Example], attack: [Example], answers: [Example],
    _ modules: [LinearModule]
  ) throws -> Ranking {
    let progress = Progress(
      "gradients", total: 2 * language.configuration.layerCount, unit: "layers",
      quiet: runOptions.quiet)
    defer { progress.finish() }
    let (losses, products) = try language.gradientProducts(
      of: pool + attack + answers, modules: modules, didLayer: { progress.advance() })
    return Ranking(
      pool, losses: Array(losses.prefix(pool.count)),
      scores: GradientScores(
        products: products, candidates: pool.count, attack: attack.count,
        answerLengths: answers.map(\.answerTokenCount)))
  }

  private func tryBest(
    of ranking: inout Ranking, _ language: LanguageModel, _ preserved: PreservedAnswers?
  ) throws {
    let best = ranking.order.prefix(measure)
    if best.isEmpty { return }
    let progress = Progress(
      "trying", total: best.count, unit: "candidates", quiet: runOptions.quiet)
    defer { progress.finish() }
    let selection = BilevelSelection(
      language, recovery: recovery, candidates: ranking.candidates, preserved: preserved)
    for (done, index) in best.enumerated() {
      ranking.add(try selection.measure(index), of: index)
      progress.update(completed: done + 1)
    }
  }

  /// Says what the first candidate could not have, and of how many more that is true.
  private func noteShortfalls(_ ranking: Ranking) {
    let shortfalls = ranking.candidates.indices.flatMap { index in
      (ranking.measurements[index]?.shortfalls ?? []).map {
        (candidate: ranking.candidates[index].id, text: $0)
      }
    }
    guard let first = shortfalls.first else { return }
    let others = Set(shortfalls.map(\.candidate)).count - 1
    runOptions.note(
      "candidate '\(first.candidate)': \(first.text)"
        + (others > 0 ? "; so with \(counted(others, "more candidates"))" : ""))
  }

  // MARK: The file

  private static func json(_ part: ExampleMixture.Part) -> JSONValue {
    [
      "path": .string(part.selection.path), "sha256": .string(part.loaded.sha256),
      "count": .integer(part.loaded.examples.count),
    ]
  }

  private func benignJSON(_ prompts: HarmlessPrompts, _ preserved: PreservedAnswers?) -> JSONValue {
    [
      "path": .string(prompts.set.name), "sha256": .string(prompts.set.sha256),
      "prompts": .array(preserved?.examples.map { .string($0.id) } ?? []),
      "answer_tokens": .array(preserved?.examples.map { .integer($0.answerTokenCount) } ?? []),
      "unanswered": .array(preserved?.unanswered.map { .string($0) } ?? []),
    ]
  }

  private func settings(
    _ modules: [LinearModule], of configuration: ModelConfiguration
  ) -> JSONValue {
    [
      "modules": moduleOptions.isGiven ? .array(modules.map { .string($0.name) }) : "all",
      "benign_tokens": .integer(benignTokens), "measured": .integer(measure),
      "rank": .integer(rank), "steps": .integer(steps), "step_size": .number(stepSize),
    ]
  }
}
