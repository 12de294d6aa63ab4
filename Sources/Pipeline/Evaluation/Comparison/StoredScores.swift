import Conversations
import Failures
import Files
import OrderedJSON

/// What a folder of scores holds: `scores.json`, the responses with their verdicts, the losses of examples.
public struct StoredScores: Sendable {
  /// The folder.
  public let path: String
  /// `scores.json`.
  package let document: JSONObject
  /// The prompt sets with their verdicts.
  package let sets: [(set: PromptSet, verdicts: [Verdict?])]
  /// The losses by utility set; empty where none are stored.
  package let losses: [String: [UtilityScore.Example]]

  /// Reads a folder.
  ///
  /// - Parameter path: What `evaluate-safety` wrote.
  /// - Throws: `StoredScoresError`, `ExampleError`, `ResponseFileError`.
  public init(reading path: String) throws {
    self.path = path
    guard let document = try Self.scores(at: path + "/scores.json") else {
      throw StoredScoresError.missing(path: path + "/scores.json")
    }
    self.document = document
    let responses = path + "/responses.jsonl"
    if (document["prompt_sets"]?.arrayValue ?? []).isEmpty {
      sets = []
    } else {
      let stored = try StoredAnswers(reading: responses, name: "responses")
      sets = stored.sets.map { ($0, stored.earlierVerdicts(on: $0)) }
    }
    losses = try Self.losses(at: path + "/utility.jsonl")
  }

  /// The `scores.json` at a path, nil where there is no such file.
  ///
  /// - Parameter path: The file.
  /// - Returns: Its object.
  /// - Throws: `StoredScoresError` for what is no scores file.
  public static func scores(at path: String) throws(StoredScoresError) -> JSONObject? {
    guard FileEntry(at: path) != nil else { return nil }
    let bytes: [UInt8]
    do {
      let file = try MappedFile(opening: path)
      guard file.byteCount <= 1 << 28 else { throw StoredScoresError.notScores(path: path) }
      bytes = file.bytes(in: 0..<file.byteCount)
    } catch let error as StoredScoresError {
      throw error
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
    guard let object = (try? JSONValue(parsing: bytes))?.objectValue,
      object["format"]?.stringValue == Scores.format
    else { throw .notScores(path: path) }
    return object
  }

  private static func losses(at path: String) throws -> [String: [UtilityScore.Example]] {
    guard FileEntry(at: path) != nil else { return [:] }
    var records = try RecordFile(path: path)
    var losses: [String: [UtilityScore.Example]] = [:]
    while let (value, line) = try records.nextObject() {
      guard let set = value["set"]?.stringValue, let id = value["id"]?.stringValue,
        let loss = value["loss"]?.doubleValue, loss.isFinite,
        let tokens = value["answer_tokens"]?.integerValue, tokens >= 0
      else { throw StoredScoresError.notLosses(path: path, line: line) }
      losses[set, default: []].append(.init(id: id, loss: loss, answerTokenCount: tokens))
    }
    return losses
  }
}

/// Why a folder holds no scores that can be compared.
public enum StoredScoresError: Failure, Equatable {
  /// A file is not there.
  case missing(path: String)
  /// A file cannot be read.
  case unreadable(path: String, reason: String)
  /// A file is no `scores.json` of this toolkit.
  case notScores(path: String)
  /// A line holds no loss.
  case notLosses(path: String, line: Int)
  /// Two folders have no set in common.
  case nothingInCommon(first: String, second: String)

  /// Missing, unreadable, or bad data.
  public var kind: FailureKind {
    switch self {
    case .missing: .inputMissing
    case .unreadable: .inputOutput
    case .notScores, .notLosses, .nothingInCommon: .badData
    }
  }

  /// The file and the cause in one line.
  public var description: String {
    switch self {
    case .missing(let path): "\(path): no such file"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .notScores(let path): "\(path): is no file of the format \(Scores.format)"
    case .notLosses(let path, let line):
      "\(path):\(line): expected set, id, a finite loss and answer_tokens"
    case .nothingInCommon(let first, let second):
      "\(second): has no prompt set and no utility set of \(first)"
    }
  }
}
