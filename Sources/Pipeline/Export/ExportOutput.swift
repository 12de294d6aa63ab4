import Files
import SystemPackage

/// A file that an export writes, buffered.
struct ExportOutput: ~Copyable {
  private static let bufferByteCount = 1 << 16

  /// Bytes written so far.
  private(set) var byteCount = 0
  private let path: String
  private let file: NewFile
  private var buffer: [UInt8] = []

  /// Creates the file; one of that name is overwritten.
  ///
  /// - Parameter path: Where.
  /// - Throws: `cannotCreate`.
  init(creating path: String) throws(ExportError) {
    do throws(Errno) {
      file = try NewFile(creating: path)
    } catch {
      throw .cannotCreate(path: path, errorNumber: error.rawValue)
    }
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
    try write(bytes, at: offset)
  }

  /// Writes what is still in memory and closes the file.
  ///
  /// - Throws: `writeFailed`.
  consuming func close() throws(ExportError) {
    try flush()
    do throws(Errno) {
      try file.close()
    } catch {
      throw .writeFailed(path: path, errorNumber: error.rawValue)
    }
  }

  private mutating func flush() throws(ExportError) {
    try write(buffer, at: byteCount - buffer.count)
    buffer.removeAll(keepingCapacity: true)
  }

  private func write(_ bytes: [UInt8], at offset: Int) throws(ExportError) {
    do throws(Errno) {
      try file.write(unsafe bytes.span.bytes, at: offset)
    } catch {
      throw .writeFailed(path: path, errorNumber: error.rawValue)
    }
  }
}
