import CommandSupport
import Conversations
import Evaluation
import Judging
import ModelLoading
import OrderedJSON
import ResultFiles
import Tokenization
import Transformer

/// The responses to one prompt set.
typealias SetResponses = (set: PromptSet, responses: [JudgedResponse])

/// A judge that can be asked; a local one is loaded when it is, and not before the model under test
/// has gone.
enum ChosenJudge {
  case local(LoadableJudge)
  case remote(RemoteJudge)

  /// Lets the judge speak about all responses.
  ///
  /// - Parameters:
  ///   - sets: What the matcher has judged.
  ///   - run: Quiet or not.
  /// - Returns: The responses with their judgements, and what `scores.json` says of the judge.
  /// - Throws: What keeps the judge from judging.
  func judging(
    _ sets: [SetResponses], _ run: RunOptions
  ) throws -> (sets: [SetResponses], json: JSONValue) {
    let judge: any Judge =
      switch self {
      case .local(let judge): try judge.loaded(for: sets.flatMap(\.responses), run)
      case .remote(let judge): judge
      }
    let judged = try sets.map { set, responses in
      let progress = Progress(
        "judging \(set.name)", total: responses.count, unit: "responses", quiet: run.quiet)
      defer { progress.finish() }
      let judged = try judge.judging(responses) { done, _ in progress.update(completed: done) }
      return (set: set, responses: judged)
    }
    warnOfStrangeAnswers(judged, run)
    return (judged, judge.json)
  }

  /// A model that would rather write something else than its two answers is asked in the wrong way.
  private func warnOfStrangeAnswers(_ sets: [SetResponses], _ run: RunOptions) {
    let shares = sets.flatMap(\.responses).compactMap { response in
      response.judgement?.probabilities.map { $0.positive + $0.negative }
    }
    guard !shares.isEmpty else { return }
    let mean = shares.reduce(0, +) / Double(shares.count)
    guard mean < 0.5 else { return }
    run.warn([
      "the judge gives its two answers \((mean * 100).rounded().formattedAsInteger) % of the "
        + "probability on average: is it asked with the right --judge-template?"
    ])
  }
}

extension Double {
  fileprivate var formattedAsInteger: String { Int(exactly: self).map(String.init) ?? "\(self)" }
}

/// A local judge before its weights are read.
struct LoadableJudge {
  private let opened: OpenedModel
  private let questions: JudgeQuestions

  /// Prepares a judge.
  ///
  /// - Parameters:
  ///   - opened: The model.
  ///   - template: How it is asked.
  ///   - name: The model as the user named it.
  /// - Throws: `JudgeError`, `ConversationError`.
  init(_ opened: OpenedModel, _ template: JudgeTemplate, name: String) throws {
    self.opened = opened
    questions = try JudgeQuestions(template, encoder: opened.encoder(), model: name)
  }

  /// Loads it for what it is going to be asked.
  ///
  /// - Parameters:
  ///   - responses: What it judges.
  ///   - run: Quiet or not.
  /// - Returns: The judge.
  /// - Throws: `JudgeError`, `ConversationError`, `CheckpointError`, `ModelError`.
  func loaded(for responses: [JudgedResponse], _ run: RunOptions) throws -> LocalJudge {
    let workloads = try questions.workloads(
      responses.map(\.answer), contextLength: opened.configuration.contextLength)
    return LocalJudge(
      questions, language: try opened.load(for: workloads, quiet: run.quiet),
      description: try description())
  }

  private func description() throws -> JSONObject {
    let provenance = try opened.provenance(encoder: opened.encoder())
    return JSONObject([
      .init(key: "model", value: .string(provenance.model)),
      .init(key: "model_fingerprint", value: .string(provenance.modelFingerprint)),
      .init(key: "tokenizer_fingerprint", value: .string(provenance.tokenizerFingerprint)),
      .init(key: "chat_template_sha256", value: .string(provenance.chatTemplateSHA256)),
    ])
  }
}
