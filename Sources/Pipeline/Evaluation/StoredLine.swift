import Conversations
import Failures
import OrderedJSON

/// One line of a file of responses.
struct StoredLine {
  let set: String
  let kind: PromptSet.Kind
  let setSHA256: String?
  let answer: Answer
  /// What was said of it when it was stored.
  let verdict: Verdict?
}

/// Reads the members of the lines of a file of responses.
struct StoredLineReader {
  let path: String
  let name: String
  let kind: PromptSet.Kind?
  let responseColumn: String?
  private var withoutFinish = 0
  private var unknownFinishes: [String] = []

  init(path: String, name: String, kind: PromptSet.Kind?, responseColumn: String?) {
    self.path = path
    self.name = name
    self.kind = kind
    self.responseColumn = responseColumn
  }

  private static let responseNames = [
    "response", "completion", "generation", "output", "model_output", "answer",
  ]

  /// What the user should know.
  var notes: [String] {
    var notes: [String] = []
    if withoutFinish > 0 {
      notes.append(
        "\(path): \(counted(withoutFinish, "responses")) without an ending, not counted as cut off")
    }
    if !unknownFinishes.isEmpty {
      notes.append(
        "\(path): unknown endings of responses, which count as not cut off: "
          + unknownFinishes.joined(separator: ", "))
    }
    return notes
  }

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - prompt: Its prompt.
  ///   - object: All its members.
  ///   - record: Its number, from 1.
  /// - Returns: The line.
  /// - Throws: `ResponseFileError`.
  mutating func line(
    _ prompt: Prompt, _ object: JSONObject, record: Int
  ) throws(ResponseFileError) -> StoredLine {
    let members = Members(object: object, path: path, record: record)
    let response = try response(members)
    let verdict = try members.text("class").map { (text) throws(ResponseFileError) in
      Verdict(
        try members.value("class", text, ResponseClass.init(rawValue:), ResponseClass.allCases),
        rule: try members.text("rule") ?? "")
    }
    let (context, behavior) = (try members.text("context"), try members.text("behavior"))
    let isContextual = context != nil && behavior != nil
    let answer = Answer(
      prompt: isContextual
        ? Prompt(
          id: prompt.id, messages: prompt.messages, category: prompt.category, context: context,
          behavior: behavior) : prompt, text: response,
      reasoning: try reasoning(members, response, cutOff: verdict == .reasoningCutOff),
      tokenCount: try members.count("tokens"), finish: try finish(members),
      prefill: try members.text("prefill"))
    return StoredLine(
      set: try members.text("set") ?? name, kind: try kind(members),
      setSHA256: try members.text("set_sha256"), answer: answer, verdict: verdict)
  }

  private func response(_ members: Members) throws(ResponseFileError) -> String {
    let wanted = responseColumn.map { [$0] } ?? Self.responseNames
    guard let key = members.first(of: wanted), let text = try members.text(key) else {
      throw members.error(
        .noResponse(found: members.object.keys, wanted: wanted.joined(separator: ", ")))
    }
    return text
  }

  private func kind(_ members: Members) throws(ResponseFileError) -> PromptSet.Kind {
    if let text = try members.text("kind") {
      return try members.value(
        "kind", text, PromptSet.Kind.init(rawValue:), [PromptSet.Kind.harmful, .benign])
    }
    guard let kind else { throw members.error(.noKind) }
    return kind
  }

  /// As the line says; of lines that say nothing, what was judged shows it, or the response itself.
  private func reasoning(
    _ members: Members, _ response: String, cutOff: Bool
  ) throws(ResponseFileError) -> Reasoning {
    let judged = try members.text("judged")
    switch try members.text("reasoning") {
    case "none"?: return .none
    case "open"?: return .open
    case "closed"? where judged != nil: return .closed(answer: judged ?? "")
    default: break
    }
    if let judged { return .closed(answer: judged) }
    return cutOff ? .open : Reasoning(response)
  }

  private mutating func finish(
    _ members: Members
  ) throws(ResponseFileError) -> GeneratedResponse.Finish {
    let key = members.first(of: ["finish", "finish_reason", "stop_reason"])
    guard let key, let text = try members.text(key) else {
      if members.object["cut_off"]?.boolValue == true { return .length }
      if members.object["cut_off"] == nil { withoutFinish += 1 }
      return .stop
    }
    if let finish = GeneratedResponse.Finish(rawValue: text) { return finish }
    if text == "max_tokens" { return .length }
    if !["eos", "eos_token", "end_turn", "stop_sequence"].contains(text),
      !unknownFinishes.contains(text), unknownFinishes.count < 16
    {
      unknownFinishes.append(text)
    }
    return .stop
  }
}

/// The members of a line, null like absent.
private struct Members {
  let object: JSONObject
  let path: String
  let record: Int

  func error(_ cause: ResponseFileError.Cause) -> ResponseFileError {
    ResponseFileError(cause: cause, path: path, record: record)
  }

  /// The first of some names that is there, in upper or lower case alike.
  func first(of names: [String]) -> String? {
    names.lazy.compactMap { name in
      object.members.first { !$0.value.isNull && $0.key.lowercased() == name.lowercased() }?.key
    }.first
  }

  func text(_ key: String) throws(ResponseFileError) -> String? {
    switch object[key] {
    case nil, .null?: return nil
    case .string(let text)?: return text
    case let other?:
      // A conversation's answer in parts: its text.
      if let parts = other.arrayValue, let text = Self.text(of: parts) { return text }
      throw error(.wrongType(key: key, expected: "a string", found: other.kind))
    }
  }

  private static func text(of parts: [JSONValue]) -> String? {
    var text = ""
    for part in parts {
      guard let string = part["text"]?.stringValue else { return nil }
      text += string
    }
    return parts.isEmpty ? nil : text
  }

  func count(_ key: String) throws(ResponseFileError) -> Int? {
    switch object[key] {
    case nil, .null?: return nil
    case .integer(let number)? where number >= 0: return number
    case .string(let text)? where Int(text) != nil: return Int(text)
    case let other?: throw error(.wrongType(key: key, expected: "a count", found: other.kind))
    }
  }

  func value<Value: RawRepresentable<String>>(
    _ key: String, _ text: String, _ make: (String) -> Value?, _ all: [Value]
  ) throws(ResponseFileError) -> Value {
    guard let value = make(text) else {
      let allowed = "one of " + all.map(\.rawValue).joined(separator: ", ")
      throw error(.unknownValue(key: key, value: text, allowed: allowed))
    }
    return value
  }
}
