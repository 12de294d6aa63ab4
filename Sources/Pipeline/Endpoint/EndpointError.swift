import Failures

/// Why a server did not answer a request.
public enum EndpointError: Failure, Equatable {
  /// There is no connection, or it ended before the response did.
  case unreachable(url: String, reason: String, attempts: Int)
  /// The response was not there in time.
  case timedOut(url: String, limit: Duration, attempts: Int)
  /// The server answered with a status that is no success.
  case status(url: String, Int, body: String, attempts: Int)
  /// The server sends elsewhere, where the key and the prompts might not be meant to go.
  case redirected(url: String, Int, location: String)
  /// The response is no chat completion.
  case noChatCompletion(url: String, reason: String, body: String)
  /// The response is longer than any reply.
  case tooLarge(url: String, limit: Int)
  /// A line of the log of replies holds something else.
  case malformedLog(path: String, line: Int)
  /// The log of replies cannot be read.
  case unreadableLog(path: String, reason: String)
  /// The log of replies cannot be written.
  case logNotWritten(path: String, reason: String)

  /// A response or a file of the wrong kind is bad data; all else is the network.
  public var kind: FailureKind {
    switch self {
    case .noChatCompletion, .tooLarge, .malformedLog: .badData
    case .unreadableLog: .inputMissing
    case .unreachable, .timedOut, .status, .redirected, .logNotWritten: .inputOutput
    }
  }

  /// The address, what came of it, and the beginning of what the server said.
  public var description: String {
    switch self {
    case .unreachable(let url, let reason, let attempts):
      "\(url): \(reason)\(Self.times(attempts))"
    case .timedOut(let url, let limit, let attempts):
      "\(url): no answer within \(limit.components.seconds) s\(Self.times(attempts))"
    case .status(let url, let status, let body, let attempts):
      "\(url): status \(status)\(Self.times(attempts))\(Self.saying(body))"
    case .redirected(let url, let status, let location):
      "\(url): status \(status) sends to '\(location)', which is not followed"
    case .noChatCompletion(let url, let reason, let body):
      "\(url): the answer is no chat completion: \(reason)\(Self.saying(body))"
    case .tooLarge(let url, let limit):
      "\(url): the answer is no chat completion: longer than \(limit) bytes"
    case .malformedLog(let path, let line):
      "\(path): line \(line): not a reply that an earlier run has kept (without the file everything "
        + "is asked again)"
    case .unreadableLog(let path, let reason): "\(path): \(reason)"
    case .logNotWritten(let path, let reason): "\(path): cannot be written: \(reason)"
    }
  }

  private static func times(_ attempts: Int) -> String {
    attempts > 1 ? " (tried \(attempts) times)" : ""
  }

  private static func saying(_ body: String) -> String { body.isEmpty ? "" : ": \(body)" }
}

/// An error with which replies that have been paid for are not lost.
struct KeptReplies: Failure {
  let cause: any Failure
  let count: Int
  let path: String

  var kind: FailureKind { cause.kind }
  var description: String {
    "\(cause); \(counted(count, "replies", singular: "reply")) kept in \(path), from where the same "
      + "command goes on"
  }
}

private func counted(_ count: Int, _ units: String, singular: String) -> String {
  count == 1 ? "1 \(singular) is" : "\(count) \(units) are"
}
