import Checkpoints
import Failures
import Files
import Glibc
import Synchronization

/// What happens when somebody ends a command: unfinished outputs go, and the exit code says why.
///
/// A C routine that runs for minutes cannot be told to stop, so the work is not asked to: a thread
/// of its own waits for the signal, removes the unfinished outputs and ends the process.
public enum Interruption {
  /// Takes charge of the signals; called once, before the work starts.
  static func install() {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { return }
    unsafe handlerPipe = ends[1]
    startWatching(ends[0])
    for number in [SIGINT, SIGTERM] { handle(number) }
    installForShortenedFiles()
    // `nohup` ignores the hang-up on purpose.
    if signal(SIGHUP, SIG_IGN) == nil { handle(SIGHUP) }
  }

  /// Makes a closed pipe, or a file that may not grow, an error of the write that finds it.
  static func ignoreWriteSignals() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
  }

  private static func handle(_ number: Int32) {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_handler = passOn
    action.sa_flags = SA_RESTART
    unsafe sigaction(number, &action, nil)
    // Whoever started this process may have handed down a mask: threads of a Dispatch pool do.
    var mask = sigset_t()
    unsafe sigemptyset(&mask)
    unsafe sigaddset(&mask, number)
    unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)
  }

  /// A mapped file that became shorter is an error like any other; see `MappedFile`.
  private static func installForShortenedFiles() {
    var action = sigaction()
    unsafe action.__sigaction_handler.sa_sigaction = passOnFault
    action.sa_flags = SA_SIGINFO
    unsafe sigaction(SIGBUS, &action, nil)
  }

  private static func startWatching(_ descriptor: Int32) {
    var thread = pthread_t()
    let argument = unsafe UnsafeMutableRawPointer(bitPattern: Int(descriptor) + 1)
    unsafe pthread_create(&thread, nil, waitForSignal, argument)
  }
}

extension Interruption {
  private static let request = Mutex<(@Sendable () -> Void)?>(nil)

  /// Has something done, on the thread that waits for signals, when `SIGUSR1` comes, which does not end the
  /// command then.
  ///
  /// - Parameter body: What is done.
  public static func onRequest(_ body: @escaping @Sendable () -> Void) {
    request.withLock { $0 = body }
    handle(SIGUSR1)
  }

  fileprivate static func answerRequest() {
    let body = request.withLock { $0 }
    body?()
  }
}

extension Interruption {
  private static let ending = Mutex<(@Sendable (Int32) -> Void)?>(nil)

  /// Has something done, on the thread that waits for signals, before a signal ends the command.
  ///
  /// - Parameter body: Is given the signal; nil for nothing.
  public static func beforeEnding(_ body: (@Sendable (Int32) -> Void)?) {
    ending.withLock { $0 = body }
  }

  fileprivate static func prepareToEnd(_ signal: Int32) {
    let body = ending.withLock { $0 }
    body?(signal)
  }
}

/// The writing end of the pipe to the waiting thread; set once, before any handler is installed.
nonisolated(unsafe) private var handlerPipe: Int32 = -1

/// The signal handler: does nothing but one `write`, which POSIX allows in a handler.
private func passOn(_ number: Int32) {
  let before = errno
  var byte = UInt8(truncatingIfNeeded: number)
  _ = unsafe write(handlerPipe, &byte, 1)
  errno = before
}

/// The handler of SIGBUS: leaves the rest to the waiting thread, as this one cannot go on.
private func passOnFault(
  _ number: Int32, _ information: UnsafeMutablePointer<siginfo_t>?, _: UnsafeMutableRawPointer?
) {
  unsafe faultAddress = UInt(bitPattern: information?.pointee._sifields._sigfault.si_addr)
  passOn(number)
  while true { pause() }
}

/// Where memory was touched that is not there; written by the handler before it tells.
nonisolated(unsafe) private var faultAddress: UInt = 0

private func endAfterFault() -> Never {
  let path = unsafe MappedFile.path(mappedAt: faultAddress) ?? "memory"
  let failure = CommandError.inputShortened(path: path)
  ErrorReport(failure).write()
  PendingOutputs.removeAllAndExit(failure.kind.rawValue)
}

/// Body of the waiting thread.
private func waitForSignal(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  let descriptor = Int32(Int(bitPattern: argument) - 1)
  var byte: UInt8 = 0
  while true {
    let count = unsafe read(descriptor, &byte, 1)
    if count == 1 && Int32(byte) == SIGBUS { endAfterFault() }
    if count == 1 && Int32(byte) == SIGUSR1 {
      Interruption.answerRequest()
      continue
    }
    if count == 1 { Interruption.prepareToEnd(Int32(byte)) }
    if count == 1 { PendingOutputs.removeAllAndExit(128 + Int32(byte)) }
    if count == 0 || errno != EINTR { return nil }
  }
}
