import CProcess
import Files
import Glibc

/// What a program that starts others, such as `sweep-ranks`, asks of this process.
enum StartedBy {
  /// Ends with the process whose number `SUTURE_PARENT` is, so that none is left when that is killed.
  ///
  /// Calls `prctl` and `getppid`.
  static func endWithStarter() {
    guard let parent = Environment.value(of: "SUTURE_PARENT").flatMap({ pid_t($0) }) else { return }
    // It may have ended before this was asked for.
    if suture_end_with_parent() != 0 || getppid() != parent { _exit(128 + SIGKILL) }
  }

  /// Whether only the flags were to be checked, which they are by now: `SUTURE_CHECK=1`.
  static func wantsCheckOnly() -> Bool {
    guard Environment.value(of: "SUTURE_CHECK") == "1" else { return false }
    StandardError.write("note: SUTURE_CHECK is set: the flags are right, and nothing was done\n")
    return true
  }
}
