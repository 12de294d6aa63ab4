import Files
import OrderedJSON

/// Where re-scored responses are from, and what was said of them before.
public struct Rescoring: Sendable {
  /// The file of responses.
  public let path: String
  /// Its hex SHA-256.
  public let sha256: String
  /// Of the matcher whose verdicts are stored; nil where nobody knows.
  public let refusalMatcher: String?
  /// Of the detector whose verdicts are stored.
  public let degeneracyDetector: String?
  /// The scores by the stored verdicts, of sets whose lines all have one.
  public private(set) var earlier: [PromptSetScore] = []
  /// Answers of which there is a stored verdict.
  public private(set) var compared = 0
  /// Those among them that are judged otherwise now.
  public private(set) var changed = 0

  /// Starts a comparison.
  ///
  /// - Parameters:
  ///   - path: The file of responses.
  ///   - sha256: Its hex SHA-256.
  ///   - scores: The `scores.json` beside it, or nil.
  public init(of path: String, sha256: String, scores: JSONObject?) {
    self.path = path
    self.sha256 = sha256
    refusalMatcher = scores?["refusal_matcher"]?.stringValue
    degeneracyDetector = scores?["degeneracy_detector"]?.stringValue
  }

  /// Compares verdicts on a set.
  ///
  /// - Parameters:
  ///   - responses: Its responses as they are judged now.
  ///   - verdicts: The stored verdicts, one each.
  ///   - set: The set.
  public mutating func compare(
    _ responses: [JudgedResponse], with verdicts: [Verdict?], of set: PromptSet
  ) {
    let pairs = zip(responses, verdicts).compactMap { response, verdict in
      verdict.map { (response, $0) }
    }
    compared += pairs.count
    changed += pairs.count { $0.verdict.responseClass != $1.responseClass }
    if pairs.count == responses.count {
      earlier.append(
        PromptSetScore(pairs.map { JudgedResponse($0.answer, verdict: $1) }, of: set))
    }
  }

  /// The versions behind the stored verdicts.
  var versions: [String] { [refusalMatcher, degeneracyDetector].compactMap(\.self) }

  /// True where the stored verdicts are known to be of other versions than those of today.
  public var hasOtherVersions: Bool {
    refusalMatcher.map { $0 != RefusalMatcher.version } ?? false
      || degeneracyDetector.map { $0 != DegeneracyDetector.version } ?? false
  }

  /// What `scores.json` says about it.
  var json: JSONValue {
    var members: [JSONObject.Member] = [
      .init(key: "responses", value: .string(path)),
      .init(key: "sha256", value: .string(sha256)),
      .init(key: "refusal_matcher", value: JSONValue(refusalMatcher)),
      .init(key: "degeneracy_detector", value: JSONValue(degeneracyDetector)),
      .init(key: "stored_verdicts", value: .integer(compared)),
      .init(key: "changed_verdicts", value: .integer(changed)),
    ]
    if hasOtherVersions {
      members.append(.init(key: "prompt_sets", value: .array(earlier.map(\.json))))
    }
    return .object(JSONObject(members))
  }
}
