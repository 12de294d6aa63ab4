import AsyncHTTPClient
import Failures
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import Synchronization

/// A server, asked many questions at a time by one thread that waits for the replies.
public struct ChatService {
  /// Where it is.
  public let address: EndpointAddress
  private let key: EndpointKey?
  private let retries: RetryPolicy
  private let limit: Duration
  private let concurrency: Int
  private let log: ReplyLog

  /// Creates a service; nothing is sent yet.
  ///
  /// - Parameters:
  ///   - address: Where it is.
  ///   - key: What the server asks for, sent as `Authorization: Bearer`.
  ///   - concurrency: Requests under way at once, at most.
  ///   - limit: The time that one attempt may take.
  ///   - retries: How often requests are repeated.
  ///   - log: Where replies are kept.
  public init(
    _ address: EndpointAddress, key: EndpointKey?, concurrency: Int, limit: Duration,
    retries: RetryPolicy, log: ReplyLog
  ) {
    self.address = address
    self.key = key
    self.concurrency = max(1, concurrency)
    self.limit = limit
    self.retries = retries
    self.log = log
  }

  /// The replies to requests, from the log where they are there.
  ///
  /// The same request is sent once. Blocks the thread.
  ///
  /// - Parameters:
  ///   - requests: What is asked.
  ///   - progress: Called with the number of requests that have a reply, and of all.
  /// - Returns: One reply a request, in their order.
  /// - Throws: `EndpointError`, which says what is kept, of the first request that failed for good.
  public func replies(
    to requests: [ChatRequest], progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [ChatReply] {
    var seen = Set<String>()
    let waiting = requests.filter { log.reply(to: $0) == nil && seen.insert($0.key).inserted }
    do {
      try ask(waiting) { left in progress(requests.count - left, requests.count) }
      progress(requests.count, requests.count)
    } catch let failure as any Failure where log.count > 0 {
      throw KeptReplies(cause: failure, count: log.count, path: log.path)
    }
    return requests.compactMap(log.reply)
  }

  /// Sends requests, `concurrency` of them at a time, and keeps the replies as they come.
  private func ask(_ requests: [ChatRequest], left: (Int) -> Void) throws {
    guard !requests.isEmpty else { return }
    let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    // Ends what is still under way.
    defer { try? http.syncShutdown() }
    let client = ChatClient(address: address, key: key, retries: retries, limit: limit, http: http)
    let arrivals = Arrivals()
    var tasks: [Task<Void, Never>] = []
    defer { for task in tasks { task.cancel() } }
    var next = 0
    var done = 0
    while done < requests.count {
      while next < requests.count, next - done < concurrency {
        let request = requests[next]
        let promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: ChatReply.self)
        promise.futureResult.whenComplete { arrivals.add(($0, request)) }
        tasks.append(promise.completeWithTask { try await client.reply(to: request) })
        next += 1
      }
      for (reply, request) in arrivals.take() {
        try log.append(try reply.get(), to: request)
        done += 1
        left(requests.count - done)
      }
    }
  }

  private var configuration: HTTPClient.Configuration {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.httpVersion = .http1Only
    configuration.timeout.connect = .seconds(min(30, max(1, limit.components.seconds)))
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = concurrency
    configuration.connectionPool.retryConnectionEstablishment = false
    return configuration
  }
}

/// Replies on their way from event loops to the thread that waits for them.
private final class Arrivals: Sendable {
  typealias Arrival = (reply: Result<ChatReply, any Error>, request: ChatRequest)

  /// The condition: whether there are any.
  private let condition = ConditionLock(value: false)
  private let arrivals = Mutex<[Arrival]>([])

  func add(_ arrival: Arrival) {
    condition.lock()
    arrivals.withLock { $0.append(arrival) }
    condition.unlock(withValue: true)
  }

  /// Waits for the next ones.
  func take() -> [Arrival] {
    condition.lock(whenValue: true)
    defer { condition.unlock(withValue: false) }
    return arrivals.withLock { arrivals in
      defer { arrivals = [] }
      return arrivals
    }
  }
}
