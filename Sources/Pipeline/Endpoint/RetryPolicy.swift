import Glibc

/// How often a request is repeated that may yet succeed, and after what time.
///
/// Exponential backoff with jitter: before attempt n + 1 the wait is base 2^(n - 1) seconds, at most
/// `longestWait`, times a random factor from 0.5 to 1, so that requests that failed together do not
/// come back together. A server's `Retry-After` takes its place, up to `longestWait` too.
public struct RetryPolicy: Sendable {
  /// Requests in all, the first one included.
  public var attempts: Int
  /// The wait before the second attempt.
  public var base: Duration
  /// No wait is longer.
  public var longestWait: Duration

  /// Creates a policy.
  ///
  /// - Parameters:
  ///   - attempts: Requests in all.
  ///   - base: The wait before the second attempt.
  ///   - longestWait: No wait is longer.
  public init(
    attempts: Int = 6, base: Duration = .milliseconds(500), longestWait: Duration = .seconds(60)
  ) {
    self.attempts = max(1, attempts)
    self.base = base
    self.longestWait = longestWait
  }

  /// The wait after an attempt that failed.
  ///
  /// - Parameters:
  ///   - attempt: Its number, from 1.
  ///   - retryAfter: What the server asked for.
  ///   - jitter: From 0.5 to 1.
  /// - Returns: The time to wait.
  package func wait(
    after attempt: Int, retryAfter: Duration?, jitter: Double = .random(in: 0.5...1)
  ) -> Duration {
    if let retryAfter { return min(retryAfter, longestWait) }
    return min(base * (1 << min(attempt - 1, 20)), longestWait) * jitter
  }

  /// Whether a status says that another attempt may succeed.
  static func repeats(_ status: Int) -> Bool { status == 429 || (500...599).contains(status) }

  /// The time that a `Retry-After` header asks for: seconds, or a date.
  ///
  /// - Parameters:
  ///   - header: Its value.
  ///   - now: Seconds since 1970.
  /// - Returns: The time; nil where it cannot be understood.
  package static func retryAfter(_ header: String?, now: time_t = time(nil)) -> Duration? {
    guard let header else { return nil }
    if let seconds = Int(header) { return seconds < 0 ? nil : .seconds(min(seconds, 1 << 20)) }
    guard let date = date(header) else { return nil }
    let wait = date.subtractingReportingOverflow(now)
    return wait.overflow ? nil : .seconds(min(max(wait.partialValue, 0), 1 << 20))
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Seconds since 1970 of a date such as `Wed, 21 Oct 2015 07:28:00 GMT` (RFC 9110, IMF-fixdate).
  private static func date(_ text: String) -> time_t? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2]))
    else {
      return nil
    }
    let clock = words[4].split(separator: ":")
    let numbers = ([words[1], words[3]] + clock).compactMap { Int32($0) }
    guard clock.count == 3, numbers.count == 5, (1...31).contains(numbers[0]),
      (1970...9999).contains(numbers[1]), numbers[2...].allSatisfy({ (0...60).contains($0) })
    else { return nil }
    var parts = unsafe tm()
    unsafe parts.tm_mday = numbers[0]
    unsafe parts.tm_mon = Int32(month)
    unsafe parts.tm_year = numbers[1] - 1900
    unsafe parts.tm_hour = numbers[2]
    unsafe parts.tm_min = numbers[3]
    unsafe parts.tm_sec = numbers[4]
    return unsafe timegm(&parts)
  }
}
