import Glibc

/// An `errno` of the C library.
struct SystemError: Equatable {
  let code: Int32

  /// The error of the C call that has just failed.
  static var last: SystemError { SystemError(code: errno) }

  /// What `strerror` says, in lower case like every message of ours.
  var reason: String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text).loweringFirstLetter
  }

  /// Whether the medium failed (full disk, quota, device) and not the place or its permissions.
  var isMediumFailure: Bool {
    [ENOSPC, EDQUOT, EIO, EFBIG].contains(code)
  }
}

extension String {
  /// The same text with a small first letter.
  var loweringFirstLetter: String { prefix(1).lowercased() + dropFirst() }

  /// The text on one line that a terminal shows as it is: control characters become escapes, and
  /// what is too long to be read is cut.
  var onOneLine: String {
    let limit = 2_000
    var result = ""
    for scalar in unicodeScalars.prefix(limit) {
      let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      result += isControl ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return unicodeScalars.count > limit ? result + "..." : result
  }
}
