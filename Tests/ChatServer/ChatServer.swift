import FlyingFox
import FlyingSocks
import Foundation
import OrderedJSON
import Synchronization

// FlyingFox has another one.
import enum OrderedJSON.JSONValue

/// A chat completion server for tests: `chat-server SCRIPT LOG` serves a free port of the loopback
/// interface, which it prints, until its standard input ends.
///
/// The script is a JSON array of rules, of which the first that fits a request says what comes of it:
///
/// - `"asked"`: fits requests whose messages hold this text; `"times"`: fits so many requests at most.
/// - `"delay"`: seconds before the response.
/// - `"text"`, `"finish"`, `"tokens"`, `"reasoning"`: a chat completion; or `"body"` with `"status"` and
///   `"headers"`; or `"bytes"`, so many zeros; or `"hangUp": true`, which ends the connection in the middle of the body.
///
/// The log gets a line a request: its path, authorization and body, and how many were under way.
@main
struct ChatServer {
  static func main() async throws {
    let arguments = CommandLine.arguments
    let script = try Script(
      JSONValue(parsing: [UInt8](Data(contentsOf: URL(filePath: arguments[1])))))
    let log = try Log(path: arguments[2])
    let handler = ClosureHTTPHandler { try await respond(to: $0, script, log) }
    let server = HTTPServer(
      address: try .inet(ip4: "127.0.0.1", port: 0), timeout: 120, handler: handler)
    Task {
      try await server.waitUntilListening()
      if case .ip4(_, let port)? = await server.listeningAddress {
        FileHandle.standardOutput.write(Data("http://127.0.0.1:\(port)\n".utf8))
      }
    }
    Thread.detachNewThread {
      while !FileHandle.standardInput.availableData.isEmpty {}
      exit(0)
    }
    try await server.run()
  }

  private static func respond(
    to request: HTTPRequest, _ script: Script, _ log: Log
  ) async throws -> HTTPResponse {
    let body = [UInt8](try await request.bodyData)
    let json = (try? JSONValue(parsing: body)) ?? .null
    log.begin(request, json)
    defer { log.end() }
    let rule = script.rule(for: json)
    if let delay = rule["delay"]?.doubleValue { try await Task.sleep(for: .seconds(delay)) }
    if rule["hangUp"]?.boolValue == true {
      return HTTPResponse(
        statusCode: .ok, headers: [.contentType: "application/json"],
        body: HTTPBodySequence(from: BrokenBody(), count: 1000))
    }
    var headers: HTTPHeaders = [.contentType: "application/json"]
    for member in rule["headers"]?.objectValue?.members ?? [] {
      headers[HTTPHeader(member.key)] = member.value.stringValue
    }
    return HTTPResponse(
      statusCode: HTTPStatusCode(rule["status"]?.integerValue ?? 200, phrase: "As told"),
      headers: headers,
      body: bodyData(rule))
  }

  private static func bodyData(_ rule: JSONValue) -> Data {
    if let count = rule["bytes"]?.integerValue { return Data(count: count) }
    return Data((rule["body"]?.stringValue ?? completion(rule).text()).utf8)
  }

  private static func completion(_ rule: JSONValue) -> JSONValue {
    var message: JSONObject = JSONObject([
      .init(key: "role", value: "assistant"), .init(key: "content", value: rule["text"] ?? .null),
    ])
    if let reasoning = rule["reasoning"] { message["reasoning_content"] = reasoning }
    return [
      "id": "chatcmpl-0", "object": "chat.completion", "created": 0, "model": "served",
      "choices": [
        ["index": 0, "message": .object(message), "finish_reason": rule["finish"] ?? "stop"]
      ],
      "usage": [
        "prompt_tokens": 1, "completion_tokens": rule["tokens"] ?? 1, "total_tokens": 2,
      ],
    ]
  }
}

/// What comes of requests.
private final class Script: Sendable {
  private let rules: [JSONValue]
  private let used: Mutex<[Int]>

  init(_ json: JSONValue) {
    rules = json.arrayValue ?? []
    used = Mutex(Array(repeating: 0, count: rules.count))
  }

  func rule(for request: JSONValue) -> JSONValue {
    let asked = (request["messages"]?.arrayValue ?? [])
      .compactMap { $0["content"]?.stringValue }.joined(separator: "\n")
    return used.withLock { used in
      for (index, rule) in rules.enumerated() {
        if let text = rule["asked"]?.stringValue, !asked.contains(text) { continue }
        if let times = rule["times"]?.integerValue, used[index] >= times { continue }
        used[index] += 1
        return rule
      }
      return ["status": 404, "body": "no rule"]
    }
  }
}

/// What was asked, for the test to read.
private final class Log: Sendable {
  private struct State {
    let file: FileHandle
    var underWay = 0
  }

  private let state: Mutex<State>

  init(path: String) throws {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    state = Mutex(State(file: try FileHandle(forWritingTo: URL(filePath: path))))
  }

  func begin(_ request: HTTPRequest, _ body: JSONValue) {
    let (path, key) = (request.path, request.headers[.authorization])
    state.withLock { state in
      state.underWay += 1
      let line: JSONValue = [
        "path": .string(path), "authorization": key.map { .string($0) } ?? .null,
        "under_way": .integer(state.underWay), "body": body,
      ]
      state.file.write(Data((line.text() + "\n").utf8))
    }
  }

  func end() { state.withLock { $0.underWay -= 1 } }
}

/// A body that ends before it is whole, and the connection with it.
private struct BrokenBody: AsyncBufferedSequence {
  typealias Element = UInt8

  struct AsyncIterator: AsyncBufferedIteratorProtocol {
    var isBegun = false

    mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

    mutating func nextBuffer(suggested count: Int) async throws -> [UInt8]? {
      guard !isBegun else { throw CancellationError() }
      isBegun = true
      return Array("{\"choices\": [".utf8.prefix(Swift.max(1, count)))
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
