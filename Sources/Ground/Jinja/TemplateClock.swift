import Glibc

/// The time that the template function `strftime_now` tells.
public enum TemplateClock: Sendable {
  /// The local time of the computer.
  case local
  /// A fixed time in UTC, in seconds since 1970.
  case fixed(Int)

  /// The time of the environment variable `SOURCE_DATE_EPOCH` if that is a number, else local time.
  public static var environment: TemplateClock {
    guard let text = unsafe getenv("SOURCE_DATE_EPOCH"),
      let seconds = unsafe Int(String(cString: text))
    else { return .local }
    return .fixed(seconds)
  }

  private static let longestText = 4096

  /// Python's `datetime.now().strftime(format)`, in the C locale.
  func text(_ format: String) throws(TemplateError) -> String {
    try Self.check(format)
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    if case .fixed(let seconds) = self { now = timespec(tv_sec: seconds, tv_nsec: 0) }
    var fields = unsafe tm()
    let found =
      if case .local = self { unsafe localtime_r(&now.tv_sec, &fields) } else {
        unsafe gmtime_r(&now.tv_sec, &fields)
      }
    guard unsafe found != nil else {
      throw .invalidOperation("the time \(now.tv_sec) is out of range")
    }
    // A character more than the format tells an empty result from one that does not fit.
    var buffer = [CChar](repeating: 0, count: Self.longestText)
    let length = unsafe strftime(&buffer, buffer.count, format + ".", &fields)
    guard length > 0 else { throw .limitExceeded("\(Self.longestText) bytes of a formatted time") }
    return String(decoding: buffer.prefix(length - 1).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Refuses what Python writes in another way than C: zones and fractions of a second.
  private static func check(_ format: String) throws(TemplateError) {
    var rest = format.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else { continue }
      rest = rest.drop { "-_^#0123456789".unicodeScalars.contains($0) }
      if let directive = rest.popFirst(), "fszZ".unicodeScalars.contains(directive) {
        throw .unsupported("'%\(directive)' in the format of a time")
      }
    }
  }
}
