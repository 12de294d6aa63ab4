import CProcess
import Files
import Foundation
import Glibc
import SystemPackage

/// A program that this process has started and waits for.
struct ChildProcess: Sendable {
  let id: pid_t

  /// How a program ended, and what it took.
  struct End: Sendable {
    /// The exit code; nil when a signal ended it.
    let code: Int32?
    /// The signal that ended it.
    let signal: Int32?
    /// Seconds of processors, its own and the system's for it.
    let cpuSeconds: Double
    /// Bytes of memory at most.
    let peakMemory: Int
  }

  /// Starts a program, with nothing on its standard input.
  ///
  /// Calls `posix_spawn`. A tool of ours ends with the thread that starts it, which therefore has to live
  /// until it has waited.
  ///
  /// - Parameters:
  ///   - path: The executable.
  ///   - arguments: Without its name.
  ///   - folder: Where it works; here when nil.
  ///   - variables: Set beside the inherited ones.
  ///   - output: Descriptor for its standard output; the null device when nil.
  ///   - errors: Descriptor for its standard error; the null device when nil.
  /// - Throws: Why it could not be started.
  init(
    starting path: String, _ arguments: [String], in folder: String? = nil,
    variables: [String: String] = [:], output: Int32? = nil, errors: Int32? = nil
  ) throws(Errno) {
    var actions = unsafe posix_spawn_file_actions_t()
    try Self.require(unsafe posix_spawn_file_actions_init(&actions))
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    try Self.require(
      unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0))
    for (descriptor, target) in [(output, STDOUT_FILENO), (errors, STDERR_FILENO)] {
      if let descriptor {
        try Self.require(unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, target))
      } else {
        try Self.require(
          unsafe posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_WRONLY, 0))
      }
    }
    if let folder {
      try Self.require(unsafe posix_spawn_file_actions_addchdir_np(&actions, folder))
    }
    var attributes = posix_spawnattr_t()
    try Self.require(unsafe posix_spawnattr_init(&attributes))
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    try Self.setSignals(&attributes)
    var environment = ProcessInfo.processInfo.environment
    environment["SUTURE_PARENT"] = "\(getpid())"
    environment["SUTURE_CHECK"] = nil
    environment.merge(variables) { $1 }
    var child: pid_t = 0
    let words = [path] + arguments
    let settings = environment.map { "\($0.key)=\($0.value)" }.sorted()
    let result = unsafe Self.withCStrings(words) { words in
      unsafe Self.withCStrings(settings) { settings in
        unsafe posix_spawn(&child, path, &actions, &attributes, words, settings)
      }
    }
    try Self.require(result)
    id = child
  }

  /// Signals that this process blocks or ignores are the program's own business.
  private static func setSignals(_ attributes: inout posix_spawnattr_t) throws(Errno) {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    var defaults = sigset_t()
    unsafe sigemptyset(&defaults)
    for number in [SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP] {
      unsafe sigaddset(&defaults, number)
    }
    try require(unsafe posix_spawnattr_setsigmask(&attributes, &none))
    try require(unsafe posix_spawnattr_setsigdefault(&attributes, &defaults))
    let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    try require(unsafe posix_spawnattr_setflags(&attributes, Int16(flags)))
  }

  private static func require(_ result: Int32) throws(Errno) {
    if result != 0 { throw Errno(rawValue: result) }
  }

  private static func withCStrings<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let pointers = unsafe texts.map { unsafe strdup($0) }
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe body(pointers + [nil])
  }

  /// Waits until the program has ended.
  ///
  /// Calls `wait4`.
  func wait() -> End {
    var status: Int32 = 0
    var usage = rusage()
    while unsafe wait4(id, &status, 0, &usage) < 0 {
      if errno != EINTR { return End(code: nil, signal: nil, cpuSeconds: 0, peakMemory: 0) }
    }
    let signal = status & 0x7F
    let seconds = [usage.ru_utime, usage.ru_stime].reduce(0.0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
    }
    return End(
      code: signal == 0 ? (status >> 8) & 0xFF : nil, signal: signal == 0 ? nil : signal,
      cpuSeconds: seconds, peakMemory: Int(usage.ru_maxrss) * 1024)
  }

  /// Sends a signal.
  func send(_ signal: Int32) { kill(id, signal) }
}

extension ChildProcess {
  /// What a program that ends soon prints, and how it ended.
  ///
  /// - Parameters:
  ///   - path: The executable.
  ///   - arguments: Without its name.
  ///   - variables: Set beside the inherited ones.
  ///   - streams: Which of its streams, `STDOUT_FILENO` and `STDERR_FILENO`.
  ///   - limit: Bytes that are kept of it at most.
  ///   - seconds: How long it may take before it is killed.
  /// - Returns: The text, and how the program ended.
  /// - Throws: Why it could not be started or read.
  static func printed(
    by path: String, _ arguments: [String], variables: [String: String] = [:],
    on streams: [Int32] = [STDOUT_FILENO], limit: Int = 16 << 20, seconds: Double = 60
  ) throws(Errno) -> (text: String, end: End) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe2(&ends, O_CLOEXEC) == 0 else { throw .last }
    let child: ChildProcess
    do throws(Errno) {
      defer { close(ends[1]) }
      child = try ChildProcess(
        starting: path, arguments, variables: variables,
        output: streams.contains(STDOUT_FILENO) ? ends[1] : nil,
        errors: streams.contains(STDERR_FILENO) ? ends[1] : nil)
    } catch {
      close(ends[0])
      throw error
    }
    defer { close(ends[0]) }
    let start = ContinuousClock.now
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      var entry = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
      let left = seconds - start.duration(to: .now) / .seconds(1)
      guard left > 0, bytes.count <= limit else {
        child.send(SIGKILL)
        break
      }
      let ready = unsafe poll(&entry, 1, Int32(min(left * 1000, 1000)) + 1)
      if ready <= 0 { continue }
      let count = unsafe read(ends[0], &buffer, buffer.count)
      if count == 0 { break }
      if count < 0 { if errno == EINTR { continue } else { break } }
      bytes += buffer[..<count]
    }
    return (String(decoding: bytes, as: UTF8.self), child.wait())
  }
}
