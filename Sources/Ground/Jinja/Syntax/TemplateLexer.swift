/// Splits a template into text and tags, and applies white space control.
///
/// As Jinja does with `trim_blocks` and `lstrip_blocks`: the line break after a block or comment
/// goes, white space between the start of a line and a block or comment goes, `-` at either end of
/// a tag strips all white space on that side, and `+` keeps what would go. Line breaks of any kind
/// become `\n`, and one at the very end of the template is dropped.
struct TemplateLexer {
  let source: [Unicode.Scalar]
  var position = 0
  var line = 1
  private var tokens: [TemplateToken] = []
  /// True where the last tag ended with a line break, so that the text after it starts a line.
  private var isAtLineStart = true

  /// The tokens of a template, an `end` last.
  static func tokens(of source: String) throws(TemplateError) -> [TemplateToken] {
    var lexer = TemplateLexer(source)
    try lexer.readTemplate()
    lexer.append(.end)
    return lexer.tokens
  }

  private init(_ text: String) {
    var source: [Unicode.Scalar] = []
    var follows: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if scalar == "\n" && follows == "\r" {
        // The second half of a CRLF that was taken already.
      } else {
        source.append(scalar == "\r" ? "\n" : scalar)
      }
      follows = scalar
    }
    if source.last == "\n" { source.removeLast() }
    self.source = source
  }

  // MARK: Text

  private mutating func readTemplate() throws(TemplateError) {
    while let opening = nextTag() {
      let mark = source[opening + 1]
      let sign = sign(at: opening + 2)
      appendData(until: opening, sign: sign, isVariable: mark == "{")
      advance(to: opening + 2 + (sign == nil ? 0 : 1))
      switch mark {
      case "#": try skipComment()
      case "{": try readTag(.variableBegin, .variableEnd)
      default:
        if let end = rawDirectiveEnd("raw") {
          try readRaw(from: end)
        } else {
          try readTag(.blockBegin, .blockEnd)
        }
      }
      isAtLineStart = position > 0 && source[position - 1] == "\n"
    }
    appendData(source[position...])
  }

  private func nextTag() -> Int? {
    var index = position
    while index + 1 < source.count {
      if source[index] == "{" && "{%#".unicodeScalars.contains(source[index + 1]) { return index }
      index += 1
    }
    return nil
  }

  private func sign(at index: Int) -> Unicode.Scalar? {
    guard index < source.count, source[index] == "-" || source[index] == "+" else { return nil }
    return source[index]
  }

  /// The text before a tag, stripped as the tag says.
  private mutating func appendData(until end: Int, sign: Unicode.Scalar?, isVariable: Bool) {
    var text = source[position..<end]
    if sign == "-" {
      while text.last?.isPythonSpace ?? false { text.removeLast() }
    } else if sign != "+" && !isVariable {
      let start = text.lastIndex(of: "\n").map { $0 + 1 } ?? text.startIndex
      if start > text.startIndex || isAtLineStart,
        text[start...].allSatisfy(\.isPythonSpace)
      {
        text = text[..<start]
      }
    }
    appendData(text)
    advance(to: end)
  }

  private mutating func appendData(_ text: ArraySlice<Unicode.Scalar>) {
    if !text.isEmpty { append(.data(String(scalars: text))) }
  }

  mutating func append(_ kind: TemplateToken.Kind) {
    tokens.append(TemplateToken(kind: kind, line: line))
  }

  // MARK: Tags

  private mutating func readTag(
    _ begin: TemplateToken.Kind, _ end: TemplateToken.Kind
  ) throws(TemplateError) {
    append(begin)
    var brackets: [Unicode.Scalar] = []
    while position < source.count {
      if brackets.isEmpty, let next = tagEnd(isBlock: end == .blockEnd) {
        append(end)
        return advance(to: next)
      }
      try readExpressionToken(&brackets)
    }
  }

  /// Where the text goes on if the tag ends here.
  private func tagEnd(isBlock: Bool) -> Int? {
    let close = isBlock ? "%}" : "}}"
    if matches("-" + close) { return skippingSpace(from: position + 3) }
    if isBlock && matches("+" + close) { return position + 3 }
    guard matches(close) else { return nil }
    return isBlock ? skippingLineBreak(from: position + 2) : position + 2
  }

  private mutating func skipComment() throws(TemplateError) {
    while position < source.count {
      if matches("-#}") { return advance(to: skippingSpace(from: position + 3)) }
      if matches("+#}") { return advance(to: position + 3) }
      if matches("#}") { return advance(to: skippingLineBreak(from: position + 2)) }
      advance(to: position + 1)
    }
    throw TemplateError(.syntax("missing end of comment tag"), line: line)
  }

  // MARK: Raw text

  /// The end of `raw %}` or `endraw %}` if that is what stands here, after the sign.
  private func rawDirectiveEnd(_ word: String) -> Int? {
    let start = skippingSpace(from: position)
    guard matches(word, at: start) else { return nil }
    let end = skippingSpace(from: start + word.unicodeScalars.count)
    if matches("-%}", at: end) { return skippingSpace(from: end + 3) }
    if word == "raw" { return matches("%}", at: end) ? end + 2 : nil }
    if matches("+%}", at: end) { return end + 3 }
    return matches("%}", at: end) ? skippingLineBreak(from: end + 2) : nil
  }

  private mutating func readRaw(from start: Int) throws(TemplateError) {
    advance(to: start)
    isAtLineStart = source[start - 1] == "\n"
    var index = start
    while index + 1 < source.count {
      defer { index += 1 }
      guard matches("{%", at: index) else { continue }
      let sign = sign(at: index + 2)
      var ahead = self
      ahead.position = index + 2 + (sign == nil ? 0 : 1)
      guard let end = ahead.rawDirectiveEnd("endraw") else { continue }
      appendData(until: index, sign: sign, isVariable: false)
      return advance(to: end)
    }
    throw TemplateError(.syntax("missing end of raw directive"), line: line)
  }

  // MARK: Scalars

  func matches(_ text: String, at index: Int? = nil) -> Bool {
    source[min(index ?? position, source.count)...].starts(with: text.unicodeScalars)
  }

  func skippingSpace(from start: Int) -> Int {
    var index = start
    while index < source.count, source[index].isPythonSpace { index += 1 }
    return index
  }

  private func skippingLineBreak(from index: Int) -> Int {
    index < source.count && source[index] == "\n" ? index + 1 : index
  }

  mutating func advance(to end: Int) {
    while position < end {
      if source[position] == "\n" { line += 1 }
      position += 1
    }
  }
}
