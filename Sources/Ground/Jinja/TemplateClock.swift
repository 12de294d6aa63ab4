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
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    if case .fixed(let seconds) = self { now = timespec(tv_sec: seconds, tv_nsec: 0) }
    // A character more than the format tells an empty result from one that does not fit.
    let format = Self.withoutZone(format, now) + "."
    var buffer = [CChar](repeating: 0, count: Self.longestText)
    var fields = unsafe tm()
    let found =
      if case .local = self { unsafe localtime_r(&now.tv_sec, &fields) } else {
        unsafe gmtime_r(&now.tv_sec, &fields)
      }
    guard unsafe found != nil else {
      throw TemplateError(.invalidOperation("the time \(now.tv_sec) is out of range"))
    }
    let length = unsafe strftime(&buffer, buffer.count, format, &fields)
    guard length > 0 else {
      throw TemplateError(.limitExceeded("\(Self.longestText) bytes of a formatted time"))
    }
    return String(
      decoding: buffer.prefix(length - 1).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A time without a zone writes nothing for `%z` and `%Z`; C has no `%f`.
  private static func withoutZone(_ format: String, _ now: timespec) -> String {
    var output = String.UnicodeScalarView()
    var rest = format.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%", let directive = rest.popFirst() else {
        output.append(scalar)
        continue
      }
      switch directive {
      case "z", "Z": break
      case "f":
        let digits = String(now.tv_nsec / 1000)
        output += (String(repeating: "0", count: 6 - digits.count) + digits).unicodeScalars
      case "s": output += String(now.tv_sec).unicodeScalars
      default: output += [scalar, directive]
      }
    }
    return String(output)
  }
}
