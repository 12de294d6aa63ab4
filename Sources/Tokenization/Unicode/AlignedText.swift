/// A text that was derived from an original, and where in the original each of its bytes is from.
struct AlignedText {
  /// A range of bytes of the original; texts beyond 4 GiB saturate.
  struct Origin: Equatable {
    var start: UInt32
    var end: UInt32

    init(_ start: Int, _ end: Int) {
      self.start = UInt32(clamping: start)
      self.end = UInt32(clamping: end)
    }

    static let none = Origin(0, 0)
  }

  /// The text in UTF-8.
  private(set) var bytes: [UInt8]
  /// The character of the original that each byte is from; nil while the text is the original,
  /// whose bytes are from the character they are part of.
  private var origins: [Origin]?

  /// An original text.
  init(original: [UInt8]) {
    bytes = original
  }

  /// An empty text to append to.
  init() {
    bytes = []
    origins = []
  }

  var range: Range<Int> { 0..<bytes.count }

  /// The origin of a byte.
  func origin(at position: Int) -> Origin {
    if let origins { return origins[position] }
    var start = position
    while start > 0, bytes[start] & 0xc0 == 0x80 { start -= 1 }
    return Origin(start, bytes.scalar(at: start).end)
  }

  /// The part of the original that a part of this text is from: from the start of the first
  /// byte's origin to the end of the last one's.
  func originalRange(of range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty else { return 0..<0 }
    let start = Int(origin(at: range.lowerBound).start)
    return start..<max(start, Int(origin(at: range.upperBound - 1).end))
  }

  // MARK: Appending

  mutating func reserveCapacity(_ count: Int) {
    bytes.reserveCapacity(count)
    origins?.reserveCapacity(count)
  }

  /// Appends a part of another text with its origins.
  mutating func append(_ text: AlignedText, _ range: Range<Int>) {
    bytes += text.bytes[range]
    if let from = text.origins {
      origins? += from[range]
    } else {
      for position in range { origins?.append(text.origin(at: position)) }
    }
  }

  /// Appends new bytes that all have one origin.
  mutating func append(_ new: some Collection<UInt8>, from origin: Origin) {
    bytes += new
    origins?.append(contentsOf: repeatElement(origin, count: new.count))
  }
}
