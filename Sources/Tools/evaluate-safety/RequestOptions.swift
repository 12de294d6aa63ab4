import ArgumentParser
import CommandSupport
import Endpoint

/// Flags for requests to servers of chat completions.
struct RequestOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Requests to a server that are under way at once, at most.", valueName: "count")
  )
  var concurrency = 8

  @Option(
    help: ArgumentHelp("Time that a server has for one answer, in seconds.", valueName: "seconds"))
  var requestTimeout = 300

  @Option(
    help: ArgumentHelp(
      "How often a request is repeated after status 429 or 5xx, a lost connection or no answer in time.",
      valueName: "count"))
  var retries = 5

  func validate() throws {
    try requireValue(concurrency, in: 1...1024, flag: "--concurrency")
    try requireValue(requestTimeout, in: 1...86_400, flag: "--request-timeout")
    try requireValue(retries, in: 0...100, flag: "--retries")
  }

  /// A server, of which nothing is asked yet.
  ///
  /// - Parameters:
  ///   - address: Where it is.
  ///   - variable: The environment variable that holds its key, if it asks for one.
  ///   - log: Where replies are kept.
  ///   - run: Warns of a key that everyone could read.
  /// - Returns: The service.
  /// - Throws: `EndpointKey.Fault`.
  func service(
    _ address: EndpointAddress, keyIn variable: String, log: ReplyLog, _ run: RunOptions
  ) throws -> ChatService {
    let key = try EndpointKey(inVariable: variable)
    if key != nil, address.isOpenToOthers {
      run.warn(["\(address.url): the key in \(variable) is sent without encryption"])
    }
    return ChatService(
      address, key: key, concurrency: concurrency, limit: .seconds(requestTimeout),
      retries: RetryPolicy(attempts: retries + 1), log: log)
  }
}

/// An address as a flag has it.
///
/// - Parameters:
///   - text: The value.
///   - flag: The flag with its dashes.
/// - Returns: The address.
/// - Throws: `ValidationError`, which does not repeat the value: there may be a password in it.
func address(_ text: String, flag: String) throws -> EndpointAddress {
  do throws(EndpointAddress.Fault) { return try EndpointAddress(text) } catch {
    throw ValidationError("\(flag): \(error)")
  }
}
