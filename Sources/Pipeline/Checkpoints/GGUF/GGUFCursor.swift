import Files

/// A position in a GGUF file, from which the next value is read.
///
/// Every read checks that the file is long enough before anything is allocated.
struct GGUFCursor {
  private let file: MappedFile
  private(set) var offset = 0

  init(_ file: MappedFile) { self.file = file }

  /// Bytes from here to the end of the file.
  var remaining: Int { file.byteCount - offset }

  /// A little-endian number.
  mutating func read<Number: BitwiseCopyable>(
    _ type: Number.Type, _ what: @autoclosure () -> String
  ) throws(GGUFFault) -> Number {
    let range = try advance(by: MemoryLayout<Number>.size, what())
    return file.withBytes(in: range) { bytes in
      unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: type)
    }
  }

  /// A text: its length in bytes and UTF-8.
  mutating func readString(_ what: @autoclosure () -> String) throws(GGUFFault) -> String {
    let start = offset + MemoryLayout<UInt64>.size
    guard let text = try readText(what()) else { throw .invalidUTF8(offset: start) }
    return text
  }

  /// The same, or nil where the bytes are not UTF-8.
  mutating func readText(_ what: @autoclosure () -> String) throws(GGUFFault) -> String? {
    let length = try read(UInt64.self, what())
    guard length <= UInt64(remaining) else {
      throw .truncated(offset: file.byteCount, what: what())
    }
    let range = try advance(by: Int(length), what())
    return String(validating: file.bytes(in: range), as: UTF8.self)
  }

  /// How many of something follow, each of which takes at least `minimum` bytes.
  mutating func readCount(
    of what: @autoclosure () -> String, minimum: Int
  ) throws(GGUFFault) -> Int {
    let count = try read(UInt64.self, "the number of \(what())")
    let limit = remaining / minimum
    guard count <= UInt64(limit) else { throw .tooMany(what: what(), count: count, limit: limit) }
    return Int(count)
  }

  private mutating func advance(
    by size: Int, _ what: @autoclosure () -> String
  ) throws(GGUFFault) -> Range<Int> {
    guard size <= remaining else { throw .truncated(offset: file.byteCount, what: what()) }
    defer { offset += size }
    return offset..<offset + size
  }
}
