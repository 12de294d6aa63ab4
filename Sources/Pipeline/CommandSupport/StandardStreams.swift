import Glibc

/// The three descriptors that a process is started with.
enum StandardStreams {
  /// Gives those that were closed to the null device, lest a file that is opened later gets them and
  /// with it what is meant for a terminal.
  ///
  /// Each is opened the wrong way round, so that using it is an error as before.
  static func occupy() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
    where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free descriptor is the one that is closed.
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}

/// The reader of standard output has gone away.
struct ClosedPipe: Error {}

/// Where results go.
public enum StandardOutput {
  /// Writes lines at once, so that an error of the write is seen.
  ///
  /// - Parameter text: What to write; a missing last newline is added.
  /// - Throws: `CommandError.standardOutputFailed`, or an error that ends the command quietly when
  ///   the reader has gone away.
  public static func write(_ text: String) throws {
    switch writeAll(text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n", to: STDOUT_FILENO) {
    case nil: return
    case SystemError(code: EPIPE): throw ClosedPipe()
    case .some(let failure): throw CommandError.standardOutputFailed(reason: failure.reason)
    }
  }
}

/// Where everything else goes: progress, notes, errors.
enum StandardError {
  /// Whether a person is looking.
  static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes text; there is nowhere to report a failure to.
  static func write(_ text: String) { _ = writeAll(text, to: STDERR_FILENO) }

  /// Characters on a line of the terminal, 80 when it does not say.
  static var width: Int {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return 80
    }
    return Int(size.ws_col)
  }
}

/// Calls `write` until all bytes are out.
private func writeAll(_ text: String, to descriptor: Int32) -> SystemError? {
  let bytes = Array(text.utf8)
  var written = 0
  while written < bytes.count {
    let count = unsafe bytes[written...].withUnsafeBytes { rest in
      unsafe write(descriptor, rest.baseAddress, rest.count)
    }
    if count >= 0 { written += count } else if errno != EINTR { return .last }
  }
  return nil
}
