import Glibc

/// A file that an export writes, buffered.
struct ExportOutput: ~Copyable {
  private static let bufferByteCount = 1 << 16

  /// Bytes written so far.
  private(set) var byteCount = 0
  private let path: String
  private let descriptor: FileDescriptor
  private var buffer: [UInt8] = []

  /// Creates the file; one of that name is overwritten.
  ///
  /// - Parameter path: Where.
  /// - Throws: `cannotCreate`.
  init(creating path: String) throws(ExportError) {
    descriptor = try FileDescriptor(creating: path)
    self.path = path
  }

  /// Appends text in UTF-8.
  ///
  /// - Parameter text: The text.
  /// - Throws: `writeFailed`.
  mutating func write(_ text: String) throws(ExportError) {
    try write(bytes: text.utf8)
  }

  /// Appends bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: `writeFailed`.
  mutating func write(bytes: some Collection<UInt8>) throws(ExportError) {
    buffer.append(contentsOf: bytes)
    byteCount += bytes.count
    if buffer.count >= Self.bufferByteCount { try flush() }
  }

  /// Writes over bytes that were written before.
  ///
  /// - Parameters:
  ///   - bytes: The new bytes.
  ///   - offset: Where in the file.
  /// - Throws: `writeFailed`.
  mutating func overwrite(_ bytes: [UInt8], at offset: Int) throws(ExportError) {
    try flush()
    try descriptor.write(bytes, at: offset, path)
  }

  /// Writes what is still in memory and closes the file.
  ///
  /// - Throws: `writeFailed`.
  consuming func close() throws(ExportError) {
    try flush()
    try descriptor.close(path)
  }

  private mutating func flush() throws(ExportError) {
    try descriptor.write(buffer, at: byteCount - buffer.count, path)
    buffer.removeAll(keepingCapacity: true)
  }
}

/// The owner of a file descriptor.
private struct FileDescriptor: ~Copyable {
  private let number: Int32

  init(creating path: String) throws(ExportError) {
    let number = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    if number < 0 { throw .cannotCreate(path: path, errorNumber: errno) }
    self.number = number
  }

  /// `pwrite` until all is written.
  func write(_ bytes: [UInt8], at offset: Int, _ path: String) throws(ExportError) {
    var written = 0
    while written < bytes.count {
      let result = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(
          number, buffer.baseAddress.map { unsafe $0 + written }, bytes.count - written,
          off_t(offset + written))
      }
      if result < 0 && errno == EINTR { continue }
      if result <= 0 { throw .writeFailed(path: path, errorNumber: errno) }
      written += result
    }
  }

  consuming func close(_ path: String) throws(ExportError) {
    let number = number
    discard self
    if Glibc.close(number) != 0 { throw .writeFailed(path: path, errorNumber: errno) }
  }

  deinit { _ = Glibc.close(number) }
}
