import Conversations
import Files
import OrderedJSON

/// Answers that were stored: by a run of this toolkit, or by another that wrote prompts and responses.
///
/// A line has a prompt, as prompt files have them, and a `response` (or `completion`, `generation`, `output`,
/// `model_output`, `answer`, or the last turn of its messages). It may have `id`, `set`, `kind`, `category`,
/// `tokens`, `finish`. Of lines that this toolkit wrote the same scores follow again: they also say where the
/// model had stopped thinking and what was judged. In other lines, that is read from the response.
public struct StoredAnswers: AnswerSource {
  /// The sets, in the order in which the file has them.
  public let sets: [PromptSet]
  /// Hex SHA-256 of the file.
  public let sha256: String
  /// What the user should know of the file.
  public let notes: [String]
  /// The columns, or the members of the objects, as the file names them.
  public let columnNames: [String]
  private let lines: [[StoredLine]]

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: JSONL, JSON or CSV.
  ///   - name: The name of the set of lines that name none.
  ///   - kind: Whether prompts of which the file does not say it should be refused.
  ///   - columns: Where prompts and categories stand.
  ///   - responseColumn: Where responses stand; nil for one of the usual names.
  ///   - limit: Answers to take of each set at most, the first ones.
  /// - Throws: `ExampleError`, `ResponseFileError`.
  public init(
    reading path: String, name: String, kind: PromptSet.Kind? = nil,
    columns: PromptColumnNames = PromptColumnNames(), responseColumn: String? = nil,
    limit: Int? = nil
  ) throws {
    var digest = Digest.Stream()
    let file = try PromptFile.read(path, columns: columns, keepsRecords: true) { digest.update($0) }
    let sha256 = digest.finish()
    var reader = StoredLineReader(
      path: path, name: name, kind: kind, responseColumn: responseColumn)
    var order: [String] = []
    var bySet: [String: [StoredLine]] = [:]
    for (index, (prompt, object)) in zip(file.prompts, file.records).enumerated() {
      let line = try reader.line(prompt, object, record: index + 1)
      if let first = bySet[line.set]?.first, first.kind != line.kind {
        throw ResponseFileError(cause: .twoKinds(set: line.set), path: path, record: index + 1)
      }
      if bySet[line.set] == nil { order.append(line.set) }
      bySet[line.set, default: []].append(line)
    }
    lines = order.map { name in
      let all = bySet[name] ?? []
      return limit.map { Array(all.prefix($0)) } ?? all
    }
    sets = zip(order, lines).map { name, lines in
      PromptSet(
        name: name, kind: lines[0].kind, sha256: lines[0].setSHA256 ?? sha256,
        prompts: lines.map(\.answer.prompt))
    }
    self.sha256 = sha256
    columnNames = file.columnNames
    notes = file.notes + reader.notes
  }

  /// The answers to a set of the file.
  ///
  /// - Parameters:
  ///   - set: One of `sets`.
  ///   - progress: Called when they are there.
  /// - Returns: One answer a prompt.
  /// - Throws: `EvaluationError.missingResponses` for another set.
  public func answers(to set: PromptSet, progress: (Int, Int) -> Void) throws -> [Answer] {
    let answers = stored(set).map(\.answer)
    guard answers.count == set.prompts.count else {
      throw EvaluationError.missingResponses(
        set: set.name, expected: set.prompts.count, found: answers.count)
    }
    progress(answers.count, answers.count)
    return answers
  }

  /// What was said of the answers of a set when they were stored, nil for each of which nothing was.
  ///
  /// - Parameter set: One of `sets`.
  /// - Returns: A verdict an answer.
  public func earlierVerdicts(on set: PromptSet) -> [Verdict?] { stored(set).map(\.verdict) }

  private func stored(_ set: PromptSet) -> [StoredLine] {
    sets.firstIndex { $0.name == set.name }.map { lines[$0] } ?? []
  }
}
