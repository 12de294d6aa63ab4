import Endpoint
import Failures
import Foundation
import OrderedJSON
import TestSupport
import Testing

/// A real server, which answers well, badly, slowly or not at all, in a process of its own.
@Suite struct ChatServiceTests {
  let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder() }

  /// What came of some questions: the texts, or the error.
  private struct Outcome: Sendable {
    var texts: [String] = []
    var error: String?
    var kind: FailureKind?
  }

  /// Asks as a command does: from a thread that blocks, which no thread of a task may.
  private func ask(
    _ url: String, _ questions: [String], concurrency: Int = 4, limit: Duration = .seconds(20),
    attempts: Int = 4, key: EndpointKey? = nil
  ) async -> Outcome {
    let path = scratch.file("out.replies.jsonl")
    return await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        var outcome = Outcome()
        do {
          let service = ChatService(
            try EndpointAddress(url), key: key, concurrency: concurrency, limit: limit,
            retries: RetryPolicy(
              attempts: attempts, base: .milliseconds(5), longestWait: .milliseconds(1200)),
            log: try ReplyLog(at: path))
          outcome.texts = try service.replies(to: questions.map(Self.request)).map(\.text)
        } catch {
          outcome.error = "\(error)"
          outcome.kind = (error as? any Failure)?.kind
        }
        continuation.resume(returning: outcome)
      }
    }
  }

  private static func request(_ question: String) -> ChatRequest {
    ChatRequest(
      model: "served", messages: [["role": "user", "content": .string(question)]],
      settings: ChatSettings(maxTokens: 8, seed: 1))
  }

  @Test func repliesComeInTheOrderOfTheQuestions() async throws {
    let server = try ScriptedServer([
      ["asked": "first", "text": "one", "delay": 0.2], ["asked": "second", "text": "two"],
      ["asked": "third", "text": "three"],
    ])
    let outcome = await ask(server.url, ["first", "second", "third", "second"])
    #expect(outcome.error == nil)
    #expect(outcome.texts == ["one", "two", "three", "two"])
    let requests = try server.requests()
    #expect(requests.count == 3, "the same question is asked once")
    #expect(requests.allSatisfy { $0["path"]?.stringValue == "/v1/chat/completions" })
    #expect(
      try #require(requests.first { $0["body"]?.text().contains("first") == true })["body"]?.text()
        == #"{"model":"served","messages":[{"role":"user","content":"first"}],"temperature":0,"#
        + #""max_tokens":8,"seed":1}"#)
  }

  @Test(arguments: [1, 3]) func neverMoreThanAsked(_ concurrency: Int) async throws {
    let server = try ScriptedServer([["text": "yes", "delay": 0.04]])
    let questions = (0..<12).map { "question \($0)" }
    let outcome = await ask(server.url, questions, concurrency: concurrency)
    #expect(outcome.texts.count == 12)
    #expect(try server.peak() == concurrency)
  }

  @Test(
    arguments: [
      ["status": 429, "body": "slow down"], ["status": 500, "body": "oh"], ["status": 503],
      ["hangUp": true], ["delay": 30],
    ] as [JSONValue])
  func whatMaySucceedIsRepeated(_ fault: JSONValue) async throws {
    var rule = try #require(fault.objectValue)
    rule["times"] = 2
    if rule["status"] != nil, rule["body"] == nil { rule["body"] = "" }
    let server = try ScriptedServer([.object(rule), ["text": "well"]])
    let isSlow = rule["delay"] != nil
    let outcome = await ask(
      server.url, ["a"], limit: isSlow ? .milliseconds(300) : .seconds(20))
    #expect(outcome.texts == ["well"], "\(outcome)")
    #expect(try server.requests().count == 3)
  }

  @Test func retryAfterIsFollowed() async throws {
    let server = try ScriptedServer([
      ["times": 1, "status": 429, "body": "", "headers": ["Retry-After": "1"]], ["text": "well"],
    ])
    let start = ContinuousClock.now
    let outcome = await ask(server.url, ["a"])
    #expect(outcome.texts == ["well"])
    #expect(start.duration(to: .now) >= .seconds(1))
  }

  @Test(arguments: [400, 401, 404, 422]) func refusedRequestsAreNotRepeated(
    _ status: Int
  ) async throws {
    let server = try ScriptedServer([
      ["status": .integer(status), "body": "{\"error\":\n  \"no such model\"}"]
    ])
    let outcome = await ask(server.url, ["a"])
    #expect(
      outcome.error
        == "\(server.url)/v1/chat/completions: status \(status): {\"error\": \"no such model\"}")
    #expect(outcome.kind == .inputOutput)
    #expect(try server.requests().count == 1)
  }

  @Test func attemptsAreCounted() async throws {
    let server = try ScriptedServer([["status": 500, "body": "<h1>oh no</h1>"]])
    let outcome = await ask(server.url, ["a"])
    #expect(outcome.error?.hasSuffix("status 500 (tried 4 times): <h1>oh no</h1>") == true)
    #expect(try server.requests().count == 4)
    let hanging = try ScriptedServer([["hangUp": true]])
    let hungUp = await ask(hanging.url, ["a"], attempts: 2)
    #expect(
      hungUp.error?.hasSuffix(
        "the server ended the connection before its answer was whole (tried 2 times)") == true,
      "\(hungUp)")
    let slow = try ScriptedServer([["delay": 30]])
    let late = await ask(slow.url, ["a"], limit: .seconds(1), attempts: 1)
    #expect(late.error?.hasSuffix("no answer within 1 s") == true, "\(late)")
    #expect(late.kind == .inputOutput)
  }

  /// Nobody listens there.
  @Test func serverThatIsNotThere() async throws {
    let url = try ScriptedServer([]).url
    let outcome = await ask(url, ["a"], attempts: 2)
    #expect(
      outcome.error == "\(url)/v1/chat/completions: Connection refused (tried 2 times)")
    #expect(outcome.kind == .inputOutput)
  }

  @Test(arguments: [
    ("{\"choices\": [", "JSON ends too early"), ("<html>login</html>", "unexpected '<'"),
    ("{\"object\": \"list\", \"data\": []}", "no choices"),
  ])
  func garbageIsNamed(_ body: String, _ reason: String) async throws {
    let server = try ScriptedServer([["body": .string(body)]])
    let outcome = await ask(server.url, ["a"])
    let error = try #require(outcome.error)
    #expect(error.contains("the answer is no chat completion: \(reason)"))
    #expect(error.hasSuffix(": \(body)"))
    #expect(outcome.kind == .badData)
    #expect(try server.requests().count == 1)
  }

  @Test func redirectionsAreNotFollowed() async throws {
    let target = try ScriptedServer([["text": "stolen"]])
    let server = try ScriptedServer([
      ["status": 307, "body": "", "headers": ["Location": .string(target.url)]]
    ])
    let outcome = await ask(server.url, ["a"])
    #expect(
      outcome.error?.hasSuffix("status 307 sends to '\(target.url)', which is not followed") == true
    )
    #expect(try target.requests().isEmpty)
  }

  @Test func boundlessAnswersEnd() async throws {
    let server = try ScriptedServer([["bytes": .integer(ChatClient.byteLimit + 1)]])
    let outcome = await ask(server.url, ["a"])
    #expect(outcome.error?.hasSuffix("longer than 16777216 bytes") == true)
    #expect(outcome.kind == .badData)
  }

  @Test func whatWasAnsweredIsKept() async throws {
    let server = try ScriptedServer([
      ["asked": "bad", "times": 1, "status": 400, "body": "too long"], ["text": "well"],
    ])
    let first = await ask(server.url, ["a", "b", "bad", "c"], concurrency: 1)
    #expect(
      first.error?.hasSuffix(
        "status 400: too long; 2 replies are kept in \(scratch.file("out.replies.jsonl")), from "
          + "where the same command goes on") == true)
    #expect(first.kind == .inputOutput)
    // A line that a killed program had not finished.
    let whole = try scratch.text("out.replies.jsonl")
    try scratch.write(whole + #"{"request":"0123"#, to: "out.replies.jsonl")
    let second = await ask(server.url, ["a", "b", "bad", "c"], concurrency: 1)
    #expect(second.texts == ["well", "well", "well", "well"])
    #expect(try server.requests().count == 5, "a, b, bad; then bad, c")
    #expect(try ReplyLog(at: scratch.file("out.replies.jsonl")).count == 4)
  }

  @Test func otherFilesAreNotTakenForLogs() throws {
    let path = try scratch.write("one line\n", to: "notes.jsonl")
    #expect(throws: EndpointError.malformedLog(path: path, line: 1)) { try ReplyLog(at: path) }
    #expect(try scratch.text("notes.jsonl") == "one line\n")
  }

  @Test func keyIsSentAndNeverSaid() async throws {
    setenv("SUTURE_TEST_KEY_A", "sk-placeholder-1234", 1)
    let key = try #require(try EndpointKey(inVariable: "SUTURE_TEST_KEY_A"))
    let server = try ScriptedServer([
      ["status": 401, "body": "Incorrect API key provided: sk-placeholder-1234."]
    ])
    let outcome = await ask(server.url, ["a"], key: key)
    #expect(outcome.error?.hasSuffix("Incorrect API key provided: [key].") == true)
    #expect(
      try server.requests().map { $0["authorization"]?.stringValue }
        == ["Bearer sk-placeholder-1234"])
    setenv("SUTURE_TEST_KEY_B", "two\nlines", 1)
    let fault = #expect(throws: EndpointKey.Fault.self) {
      try EndpointKey(inVariable: "SUTURE_TEST_KEY_B")
    }
    #expect(fault?.description.contains("two") == false)
  }
}
