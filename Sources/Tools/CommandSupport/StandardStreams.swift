import Files
import Glibc
import SystemPackage

/// The three descriptors that a process is started with.
enum StandardStreams {
  /// Gives those that were closed to the null device, lest a file that is opened later gets them and
  /// with it what is meant for a terminal.
  ///
  /// Each is opened the wrong way round, so that using it is an error as before.
  static func occupy() {
    for descriptor in [FileDescriptor.standardInput, .standardOutput, .standardError]
    where fcntl(descriptor.rawValue, F_GETFD) < 0 {
      // The lowest free descriptor is the one that is closed.
      _ = try? FileDescriptor.open(
        FilePath("/dev/null"), descriptor == .standardInput ? .writeOnly : .readOnly)
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
    let line = text.utf8.last == UInt8(ascii: "\n") ? text : text + "\n"
    do throws(Errno) {
      try writeAll(line, to: .standardOutput)
    } catch .brokenPipe {
      throw ClosedPipe()
    } catch {
      throw CommandError.standardOutputFailed(reason: error.reason)
    }
  }
}

/// Where everything else goes: progress, notes, errors.
public enum StandardError {
  /// Whether a person is looking.
  public static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes text; there is nowhere to report a failure to.
  ///
  /// - Parameter text: What to write, as it stands.
  public static func write(_ text: String) { try? writeAll(text, to: .standardError) }

  /// Characters on a line of the terminal, 80 when it does not say.
  public static var width: Int {
    var size = winsize()
    guard unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return 80
    }
    return Int(size.ws_col)
  }
}
