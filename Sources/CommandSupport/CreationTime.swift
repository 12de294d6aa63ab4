import Glibc

/// When a result was made, in ISO 8601 and UTC: `2026-01-31T12:34:56Z`.
///
/// `SOURCE_DATE_EPOCH`, in seconds since 1970, takes the place of the clock when it is set, which
/// makes outputs reproducible byte for byte. Calls `gmtime_r`.
public var creationTime: String {
  let now = environment("SOURCE_DATE_EPOCH").flatMap { time_t($0) } ?? time(nil)
  return timestamp(secondsSince1970: now) ?? timestamp(secondsSince1970: 0) ?? ""
}

/// Nil when the year does not fit the C library's calendar.
func timestamp(secondsSince1970 seconds: time_t) -> String? {
  var moment = seconds
  var parts = unsafe tm()
  guard unsafe gmtime_r(&moment, &parts) != nil else { return nil }
  var text = [CChar](repeating: 0, count: 64)
  let length = unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
  guard length > 0 else { return nil }
  return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
