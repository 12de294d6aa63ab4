/// A response as the rules read it: lower-case words in sentences, typography levelled.
///
/// Curly quotes and apostrophes become straight, markdown emphasis and control tokens such as
/// `<|im_end|>` go, contractions are spelt out ("can't" is "can not"), and what stands in double
/// quotes is left out, for a quoted refusal refuses nothing. A response that is one quotation from
/// end to end is read without its quotes.
struct ReadableText {
  /// One sentence, or one line of a list.
  struct Sentence: Equatable {
    /// Its words, without punctuation.
    var words: [String] = []
    /// True for a line that starts with a number or a bullet.
    var isListItem = false
    /// True when no punctuation or line break ends it, so that the response breaks off here.
    var isCutOff = false
  }

  /// The sentences in order; none is empty.
  private(set) var sentences: [Sentence] = []
  /// True when a fenced block of code was seen.
  private(set) var hasCode = false

  /// All words in order.
  var words: [String] { sentences.flatMap(\.words) }

  /// Reads a response.
  init(_ response: String) {
    let text = Self.unquoted(Self.levelled(response))
    let prose = Self.proseLines(of: text)
    hasCode = prose.hasCode
    for line in prose.lines { append(line: line) }
    if let last = text.unicodeScalars.last(where: { !$0.properties.isWhitespace }) {
      markEnd(isCutOff: !Self.endings.contains(last))
    }
  }

  /// The text without fenced blocks of code.
  static func withoutCode(_ text: String) -> String {
    proseLines(of: text).lines.joined(separator: "\n")
  }

  private static func proseLines(of text: String) -> (lines: [Substring], hasCode: Bool) {
    var prose: [Substring] = []
    var hasCode = false
    var lines = text.split(separator: "\n", omittingEmptySubsequences: true)[...]
    while let line = lines.popFirst() {
      if line.utf8.starts(with: "```".utf8) {
        hasCode = true
        lines = lines.drop { !$0.utf8.starts(with: "```".utf8) }.dropFirst()
      } else {
        prose.append(line)
      }
    }
    return (prose, hasCode)
  }

  private static let endings: Set<Unicode.Scalar> = [".", "!", "?", ")", "\"", "`", ":", ";"]

  private mutating func append(line: Substring) {
    var body = line.drop { $0.isWhitespace || $0 == ">" || $0 == "#" }
    let isListItem = Self.removeListMarker(from: &body)
    var sentence = Sentence(isListItem: isListItem)
    var word = ""
    for scalar in body.unicodeScalars {
      switch scalar {
      case ".", "!", "?", ":", ";":
        sentence.append(&word)
        append(sentence)
        sentence = Sentence()
      case "'" where !word.isEmpty: word.unicodeScalars.append(scalar)
      case _ where scalar.properties.isAlphabetic || scalar.properties.numericType != nil:
        word.unicodeScalars.append(scalar)
      default: sentence.append(&word)
      }
    }
    sentence.append(&word)
    append(sentence)
  }

  private mutating func append(_ sentence: Sentence) {
    if !sentence.words.isEmpty { sentences.append(sentence) }
  }

  private mutating func markEnd(isCutOff: Bool) {
    guard let last = sentences.indices.last else { return }
    sentences[last].isCutOff = isCutOff
  }

  /// Removes "1.", "2)", "-", "*" or "•" and says whether there was one.
  private static func removeListMarker(from line: inout Substring) -> Bool {
    let digits = line.prefix { $0.isASCII && $0.isNumber }
    let rest = line[digits.endIndex...]
    if digits.isEmpty {
      guard let bullet = rest.first, "-•+".contains(bullet) else { return false }
    } else {
      guard digits.count <= 3, let mark = rest.first, mark == "." || mark == ")",
        rest.dropFirst().first.map(\.isWhitespace) ?? true
      else { return false }
    }
    line = rest.dropFirst()
    return true
  }
}

extension ReadableText.Sentence {
  /// Appends the word that was being read, spelt out, and starts the next.
  fileprivate mutating func append(_ word: inout String) {
    if !word.isEmpty { words += Contractions.spelledOut(word) }
    word = ""
  }
}
