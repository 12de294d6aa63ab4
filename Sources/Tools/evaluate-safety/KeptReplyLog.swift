import Endpoint

/// The log of replies beside the output, read when the first server is named and removed when the
/// output is whole.
final class KeptReplyLog {
  private let path: String
  private var log: ReplyLog?

  init(at path: String) { self.path = path }

  /// The log, the same for all servers.
  ///
  /// - Returns: The log.
  /// - Throws: `EndpointError` for a file that is no log.
  func opened() throws -> ReplyLog {
    if let log { return log }
    let log = try ReplyLog(at: path)
    self.log = log
    return log
  }

  /// Removes the file of a log that was used.
  func remove() { log?.remove() }
}
