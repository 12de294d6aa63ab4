import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPackage

/// Sends requests to a server, again where that may help.
package struct ChatClient: Sendable {
  let address: EndpointAddress
  let key: EndpointKey?
  let retries: RetryPolicy
  /// The time that one attempt may take.
  let limit: Duration
  let http: HTTPClient

  /// Bytes of a response at most; a reply of 100 000 tokens has about half a megabyte.
  package static let byteLimit = 16 << 20

  /// What an attempt came to that another may do better.
  private struct PassingFault: Error {
    let error: @Sendable (_ attempts: Int) -> EndpointError
    var retryAfter: Duration?
  }

  /// The reply to a request.
  ///
  /// - Parameter request: What is asked.
  /// - Returns: The reply.
  /// - Throws: `EndpointError`, or `CancellationError`.
  func reply(to request: ChatRequest) async throws -> ChatReply {
    var attempt = 1
    while true {
      do {
        return try await attemptReply(to: request)
      } catch let fault as PassingFault {
        try Task.checkCancellation()
        guard attempt < retries.attempts else { throw fault.error(attempt) }
        try await Task.sleep(for: retries.wait(after: attempt, retryAfter: fault.retryAfter))
        attempt += 1
      }
    }
  }

  private func attemptReply(to request: ChatRequest) async throws -> ChatReply {
    let (head, body) = try await response(to: request)
    let status = Int(head.status.code)
    let url = address.url
    switch status {
    case 200...299: break
    case 300...399:
      throw EndpointError.redirected(
        url: url, status, location: head.headers.first(name: "location") ?? "")
    default:
      let text = beginning(of: body)
      let error: @Sendable (Int) -> EndpointError = {
        .status(url: url, status, body: text, attempts: $0)
      }
      guard RetryPolicy.repeats(status) else { throw error(1) }
      throw PassingFault(
        error: error, retryAfter: RetryPolicy.retryAfter(head.headers.first(name: "retry-after")))
    }
    do throws(ChatReply.Fault) {
      return try ChatReply(parsing: body)
    } catch {
      throw EndpointError.noChatCompletion(
        url: url, reason: error.reason, body: beginning(of: body))
    }
  }

  /// The whole response, within the time that an attempt may take.
  private func response(
    to request: ChatRequest
  ) async throws -> (head: HTTPClientResponse, body: [UInt8]) {
    let url = address.url
    do {
      let response = try await within(limit) { [self] in
        let response = try await http.execute(httpRequest(request), deadline: .distantFuture)
        let body = try await response.body.collect(upTo: Self.byteLimit)
        return (response, Array(body.readableBytesView))
      }
      guard let response else {
        throw PassingFault(error: { [limit] in
          .timedOut(url: url, limit: limit, attempts: $0)
        })
      }
      return response
    } catch is NIOTooManyBytesError {
      throw EndpointError.tooLarge(url: url, limit: Self.byteLimit)
    } catch let fault as PassingFault {
      throw fault
    } catch {
      let reason = Self.reason(error)
      throw PassingFault(error: { .unreachable(url: url, reason: reason, attempts: $0) })
    }
  }

  private func httpRequest(_ request: ChatRequest) -> HTTPClientRequest {
    var http = HTTPClientRequest(url: address.url)
    http.method = .POST
    http.headers.add(name: "content-type", value: "application/json")
    http.headers.add(name: "accept", value: "application/json")
    if let key { http.headers.add(name: "authorization", value: "Bearer \(key.text)") }
    http.body = .bytes(request.body)
    return http
  }

  /// The beginning of a body for a message, without the key, which some servers repeat.
  private func beginning(of body: [UInt8]) -> String {
    let text = String(decoding: body.prefix(4096), as: UTF8.self)
    let words = (key?.hidden(in: text) ?? text).split(whereSeparator: \.isWhitespace)
    let line = words.joined(separator: " ")
    return line.count > 300 ? line.prefix(300) + "..." : line
  }

  private static func reason(_ error: any Error) -> String {
    let endings: [HTTPClientError] = [.remoteConnectionClosed, .uncleanShutdown]
    if let error = error as? HTTPClientError, endings.contains(error) { return ended }
    if case .invalidEOFState? = error as? HTTPParserError { return ended }
    if let error = error as? IOError { return Errno(rawValue: error.errnoCode).description }
    if let error = error as? NIOConnectionError {
      return error.connectionErrors.first.map { reason($0.error) }
        ?? "no host of this name is known"
    }
    let text = "\(error)"
    if text.contains("CERTIFICATE_VERIFY_FAILED") {
      return "the server's certificate is not signed by an authority that this system trusts"
    }
    return text.split(separator: " at /").first.map(String.init) ?? text
  }

  private static let ended = "the server ended the connection before its answer was whole"
}

/// Runs `body` and ends it after a time.
///
/// - Returns: What `body` returns; nil where the time was up first.
private func within<Result: Sendable>(
  _ limit: Duration, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result? {
  try await withThrowingTaskGroup(of: Result?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    return try await group.next() ?? nil
  }
}
