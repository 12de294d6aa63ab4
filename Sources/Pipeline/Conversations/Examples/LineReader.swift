/// Goes through a file piece by piece; what it holds is bounded by the longest line.
///
/// A byte order mark at the start is passed over. Lines end with `\n` or `\r\n`, the last one also
/// with the file.
struct LineReader: ~Copyable {
  /// The most bytes in a line.
  static let lineLimit = 1 << 26
  private static let blockSize = 1 << 16

  let path: String
  /// The number of lines that were read.
  private(set) var lineCount = 0
  private let file: InputFile
  private let observe: ([UInt8]) -> Void
  private var block: [UInt8] = []
  private var position = 0
  private var isStarted = false

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - observe: Is given all bytes of the file in order, for a checksum.
  /// - Throws: `missing`.
  init(path: String, observe: @escaping ([UInt8]) -> Void = { _ in }) throws(ExampleError) {
    do throws(InputFile.Problem) {
      file = try InputFile(path: path)
    } catch {
      throw ExampleError(.missing(reason: error.reason), path: path)
    }
    self.path = path
    self.observe = observe
  }

  /// The next line without its end, or nil after the last one.
  ///
  /// - Throws: `lineTooLong` or `interrupted`.
  mutating func next() throws(ExampleError) -> [UInt8]? {
    var line: [UInt8] = []
    guard try fill() else { return nil }
    lineCount += 1
    repeat {
      let rest = block[position...]
      let end = rest.firstIndex(of: UInt8(ascii: "\n"))
      line += rest[..<(end ?? rest.endIndex)]
      position = end.map { $0 + 1 } ?? block.count
      guard line.count <= Self.lineLimit else {
        throw ExampleError(.lineTooLong(limit: Self.lineLimit), path: path, line: lineCount)
      }
      if end != nil { break }
    } while try fill()
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    return line
  }

  /// Reads to the end, so that everything is observed.
  mutating func drain() throws(ExampleError) {
    while try fill() { position = block.count }
  }

  /// Makes sure that there is a byte to be read; false at the end of the file.
  private mutating func fill() throws(ExampleError) -> Bool {
    guard position == block.count else { return true }
    do throws(InputFile.Problem) {
      block = try file.read(upTo: Self.blockSize)
    } catch {
      throw ExampleError(.interrupted(reason: error.reason), path: path)
    }
    position = 0
    observe(block)
    if !isStarted && block.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
    isStarted = true
    return position < block.count
  }
}

extension [UInt8] {
  /// True for a line with nothing but spaces and tabs.
  var isBlank: Bool { allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d } }
}
