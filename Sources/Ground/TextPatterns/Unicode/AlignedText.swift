/// A text that was derived from an original, and where in the original each of its bytes is from.
package struct AlignedText {
  /// A range of bytes of the original; texts beyond 4 GiB saturate.
  package struct Origin: Equatable, Sendable {
    package var start: UInt32
    package var end: UInt32

    package init(_ start: Int, _ end: Int) {
      self.start = UInt32(clamping: start)
      self.end = UInt32(clamping: end)
    }

    package static let none = Origin(0, 0)
  }

  /// The text in UTF-8.
  package private(set) var bytes: [UInt8]
  /// The character of the original that each byte is from; nil while the text is the original,
  /// whose bytes are from the character they are part of.
  private var origins: [Origin]?

  /// An original text.
  package init(original: [UInt8]) {
    bytes = original
  }

  /// An empty text to append to.
  package init() {
    bytes = []
    origins = []
  }

  package var range: Range<Int> { 0..<bytes.count }

  /// The origin of a byte.
  package func origin(at position: Int) -> Origin {
    if let origins { return origins[position] }
    var start = position
    while start > 0, bytes[start] & 0xc0 == 0x80 { start -= 1 }
    return Origin(start, bytes.scalar(at: start).end)
  }

  /// The part of the original that a part of this text is from: from the start of the first
  /// byte's origin to the end of the last one's.
  package func originalRange(of range: Range<Int>) -> Range<Int> {
    guard !range.isEmpty else { return 0..<0 }
    let start = Int(origin(at: range.lowerBound).start)
    return start..<max(start, Int(origin(at: range.upperBound - 1).end))
  }

  // MARK: Appending

  package mutating func reserveCapacity(_ count: Int) {
    bytes.reserveCapacity(count)
    origins?.reserveCapacity(count)
  }

  /// Appends a part of another text with its origins.
  package mutating func append(_ text: AlignedText, _ range: Range<Int>) {
    bytes += text.bytes[range]
    if let from = text.origins {
      origins? += from[range]
    } else {
      for position in range { origins?.append(text.origin(at: position)) }
    }
  }

  /// Appends new bytes that all have one origin.
  package mutating func append(_ new: some Collection<UInt8>, from origin: Origin) {
    bytes += new
    origins?.append(contentsOf: repeatElement(origin, count: new.count))
  }
}
