/// The part of a response that a model thinks in, which is not judged, and the rest, which is.
public enum Reasoning: Sendable, Equatable {
  /// There is none; the whole response is the answer.
  case none
  /// It has ended; this is the answer.
  case closed(answer: String)
  /// It has not ended, so that there is no answer.
  case open

  /// Which of the three it is, for files.
  public var state: String {
    switch self {
    case .none: "none"
    case .closed: "closed"
    case .open: "open"
    }
  }

  private struct Mark {
    let open: [UInt8]
    let close: [UInt8]

    init(_ open: String, _ close: String) {
      self.open = Array(open.utf8)
      self.close = Array(close.utf8)
    }
  }

  /// The marks around it, in lower case, by the models that write them.
  private static let marks = [
    Mark("<think>", "</think>"), Mark("<thinking>", "</thinking>"),
    Mark("<thought>", "</thought>"), Mark("<reasoning>", "</reasoning>"),
    Mark("<reflection>", "</reflection>"), Mark("[think]", "[/think]"),
    Mark("<seed:think>", "</seed:think>"), Mark("◁think▷", "◁/think▷"),
    Mark("<longcat_think>", "</longcat_think>"),
    Mark("<|begin_of_thought|>", "<|end_of_thought|>"),
    Mark("<|start_thinking|>", "<|end_thinking|>"), Mark("<|inner_prefix|>", "<|inner_suffix|>"),
    Mark("<|channel>thought", "<channel|>"), Mark("<unused94>thought", "<unused95>"),
  ]

  private static let channel = Array("<|channel|>".utf8)
  private static let message = Array("<|message|>".utf8)
  private static let channelEnds = ["<|end|>", "<|return|>", "<|call|>", "<|start|>"]
    .map { Array($0.utf8) }

  /// Reads a response, special tokens and all.
  ///
  /// A closing mark without its opening one ends what the prompt has opened. Of a response in
  /// channels (`<|channel|>analysis<|message|>...<|end|>`) the answer is the channel `final`.
  ///
  /// - Parameter response: The text, after the mark that the prompt ends with, if it does.
  public init(_ response: String) {
    let bytes = Array(response.utf8)
    let lowered = bytes.map(Self.lowercase)
    if Self.find(Self.channel, in: lowered[...]) != nil {
      self = Self.channels(of: bytes)
      return
    }
    var answer: [UInt8] = []
    var position = 0
    var isFound = false
    while let found = Self.firstMark(in: lowered[position...]) {
      isFound = true
      if found.isClosing {
        answer = []
        position = found.range.upperBound
        continue
      }
      answer += bytes[position..<found.range.lowerBound]
      guard let end = Self.find(found.mark.close, in: lowered[found.range.upperBound...]) else {
        self = .open
        return
      }
      position = end.upperBound
    }
    answer += bytes[position...]
    self = isFound ? .closed(answer: String(decoding: answer, as: UTF8.self)) : .none
  }

  /// The mark at the end of a prompt that opens the reasoning, or nothing.
  ///
  /// - Parameter prompt: The end of the prompt as text.
  /// - Returns: What is to stand before the response when it is read.
  static func opening(atEndOf prompt: String) -> String {
    let text = trimmed(prompt)
    if text.suffix(message.count).elementsEqual(message),
      let start = text.indices.last(where: { text[$0...].starts(with: channel) })
    {
      return String(decoding: text[start...], as: UTF8.self)
    }
    let lowered = text.map(lowercase)
    let mark = marks.first { lowered.suffix($0.open.count).elementsEqual($0.open) }
    return mark.map { String(decoding: $0.open, as: UTF8.self) } ?? ""
  }

  /// The same of a prompt that also forces the beginning of the answer, which may open the reasoning, go on
  /// with it, or end it.
  ///
  /// - Parameters:
  ///   - prompt: The end of the prompt as text, the beginning included.
  ///   - beginning: What the answer is forced to begin with.
  /// - Returns: What is to stand before the response when it is read: nothing of an answer.
  static func opening(atEndOf prompt: String, forcing beginning: String) -> String {
    let text = trimmed(prompt)
    let forced = trimmed(beginning)
    let head = opening(
      atEndOf: String(
        decoding: text.suffix(forced.count).elementsEqual(forced)
          ? text.dropLast(forced.count) : text, as: UTF8.self))
    let whole = Array((head + beginning).utf8)
    let lowered = whole.map(lowercase)
    if find(channel, in: lowered[...]) != nil {
      return Reasoning(head + beginning) == .open ? head + beginning : "<|channel|>final<|message|>"
    }
    var position = 0
    while let found = firstMark(in: lowered[position...]) {
      position = found.range.upperBound
      if found.isClosing { continue }
      guard let end = find(found.mark.close, in: lowered[position...]) else {
        return String(decoding: whole[found.range.lowerBound...], as: UTF8.self)
      }
      position = end.upperBound
    }
    return ""
  }

  private static func trimmed(_ text: String) -> ArraySlice<UInt8> {
    var text = Array(text.utf8)[...]
    while let last = text.last, [0x20, 0x09, 0x0a, 0x0d].contains(last) { text.removeLast() }
    return text
  }

  private static func channels(of bytes: [UInt8]) -> Reasoning {
    var answer: [UInt8]?
    var rest = bytes[...]
    while let start = find(channel, in: rest) {
      rest = rest[start.upperBound...]
      guard let header = find(message, in: rest) else { break }
      let name = rest[..<header.lowerBound].prefix { (0x61...0x7a).contains($0) }
      rest = rest[header.upperBound...]
      let end = channelEnds.compactMap { find($0, in: rest)?.lowerBound }.min() ?? rest.endIndex
      if name.elementsEqual("final".utf8) { answer = (answer ?? []) + rest[..<end] }
      rest = rest[end...]
    }
    return answer.map { .closed(answer: String(decoding: $0, as: UTF8.self)) } ?? .open
  }

  // MARK: Search

  private typealias Found = (mark: Mark, isClosing: Bool, range: Range<Int>)

  private static func firstMark(in text: ArraySlice<UInt8>) -> Found? {
    for start in text.indices where [0x3c, 0x5b, 0xe2].contains(text[start]) {
      for mark in marks {
        for (name, isClosing) in [(mark.open, false), (mark.close, true)]
        where text[start...].starts(with: name) {
          return (mark, isClosing, start..<(start + name.count))
        }
      }
    }
    return nil
  }

  private static func find(_ name: [UInt8], in text: ArraySlice<UInt8>) -> Range<Int>? {
    for start in text.indices where text[start] == name[0] && text[start...].starts(with: name) {
      return start..<(start + name.count)
    }
    return nil
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    (0x41...0x5a).contains(byte) ? byte + 32 : byte
  }
}
