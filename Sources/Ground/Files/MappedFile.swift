import Glibc
import Synchronization
import SystemPackage

/// A file mapped into memory for reading.
///
/// Nothing is read until it is touched, and the kernel may drop pages again at any time, so a model
/// larger than memory can be open. When the file is shortened meanwhile, touching pages that are gone
/// brings SIGBUS; `path(mappedAt:)` tells whose they were. All members may be used from several threads.
@safe
package final class MappedFile: @unchecked Sendable {
  /// The path that was opened.
  package let path: String
  /// Size of the file.
  package let byteCount: Int
  /// Nil for an empty file, which `mmap` refuses.
  private let base: UnsafeMutableRawPointer?

  /// Maps a file.
  ///
  /// Calls `mmap`.
  ///
  /// - Parameter path: A regular file.
  /// - Throws: `FileFault` when there is none, it may not be read, or it stands for a file that was
  ///   not fetched.
  package init(opening path: String) throws(FileFault) {
    let file = try OpenFile(reading: path)
    try file.refusePointer()
    self.path = path
    byteCount = file.byteCount
    guard byteCount > 0 else {
      unsafe base = nil
      return
    }
    let address = unsafe mmap(
      nil, byteCount, PROT_READ, MAP_PRIVATE, file.descriptor.rawValue, 0)
    guard unsafe address != MAP_FAILED else { throw .readFailed(.last) }
    unsafe base = address
    let start = UInt(bitPattern: address)
    Self.mapped.withLock { [byteCount] in $0[start] = (byteCount, path) }
  }

  deinit {
    guard let base = unsafe base else { return }
    let start = UInt(bitPattern: base)
    _ = Self.mapped.withLock { $0.removeValue(forKey: start) }
    unsafe munmap(base, byteCount)
  }

  /// What is mapped where.
  private static let mapped = Mutex<[UInt: (byteCount: Int, path: String)]>([:])

  /// The file that is mapped at an address, or nil.
  package static func path(mappedAt address: UInt) -> String? {
    mapped.withLock { files in
      files.first { $0.key <= address && address - $0.key <= UInt($0.value.byteCount) + 1 << 21 }?
        .value.path
    }
  }

  /// Lends the bytes at these positions, which must be inside the file.
  package func withBytes<Result: ~Copyable, Failure: Error>(
    in range: Range<Int>, _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "range outside the file")
    let bytes = unsafe UnsafeRawBufferPointer(
      start: base.map { unsafe UnsafeRawPointer($0) + range.lowerBound }, count: range.count)
    return try body(unsafe RawSpan(_unsafeBytes: bytes))
  }

  /// A copy of the bytes at these positions, which must be inside the file.
  package func bytes(in range: Range<Int>) -> [UInt8] {
    withBytes(in: range) { span in
      unsafe span.withUnsafeBytes { unsafe Array($0) }
    }
  }

  /// Tells the kernel how a part of the file is going to be used.
  ///
  /// Calls `madvise`.
  ///
  /// - Parameters:
  ///   - advice: What is going to happen.
  ///   - range: Byte positions inside the file; widened to whole pages, and for `finished` to all that
  ///     reading them mapped.
  package func advise(_ advice: AccessAdvice, in range: Range<Int>) {
    guard let base = unsafe base, !range.isEmpty else { return }
    let unit = advice == .finished ? max(Self.faultAround, Self.pageSize) : Self.pageSize
    let start = range.lowerBound / unit * unit
    let end =
      advice == .finished
      ? min((range.upperBound - 1) / unit * unit + unit, byteCount) : range.upperBound
    // Only a hint: a kernel that does not take it changes nothing but the speed.
    _ = unsafe madvise(base + start, end - start, advice.code)
  }

  private static let pageSize = max(sysconf(Int32(_SC_PAGESIZE)), 1)
  /// A page that is touched brings its neighbours with it, 64 KiB in all.
  ///
  /// Where threads read parts of a
  /// tensor side by side, each would leave some behind in the other's part: half a gigabyte for 7B weights.
  private static let faultAround = 1 << 16
}

/// How a part of a file is going to be used.
public enum AccessAdvice: Sendable {
  /// Soon: start reading it now.
  case willNeed
  /// From front to back.
  case sequential
  /// Here and there: a page that is touched is read alone.
  case random
  /// As the kernel thinks best, again.
  case normal
  /// Not for some time: its memory may go.
  case finished

  fileprivate var code: Int32 {
    switch self {
    case .willNeed: MADV_WILLNEED
    case .sequential: MADV_SEQUENTIAL
    case .random: MADV_RANDOM
    case .normal: MADV_NORMAL
    case .finished: MADV_DONTNEED
    }
  }
}
