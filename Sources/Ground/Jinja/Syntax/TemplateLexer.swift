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
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if scalar != "\n" || previous != "\r" { source.append(scalar == "\r" ? "\n" : scalar) }
      previous = scalar
    }
    if source.last == "\n" { source.removeLast() }
    self.source = source
  }

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
        try refuseRaw()
        try readTag(.blockBegin, .blockEnd)
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
      if start > text.startIndex || isAtLineStart, text[start...].allSatisfy(\.isPythonSpace) {
        text = text[..<start]
      }
    }
    appendData(text)
    advance(to: end)
  }

  private mutating func appendData(_ text: ArraySlice<Unicode.Scalar>) {
    if !text.isEmpty { append(.data(String(scalars: text))) }
  }

  mutating func append(_ kind: TemplateToken.Kind, line: Int? = nil) {
    tokens.append(TemplateToken(kind: kind, line: line ?? self.line))
  }

  /// What follows `{% raw %}` is not made of tokens, so the parser never sees the tag.
  private func refuseRaw() throws(TemplateError) {
    let name = source[skippingSpace(from: position)...].prefix(while: \.properties.isXIDContinue)
    if name.elementsEqual("raw".unicodeScalars) {
      throw .unsupported("the tag 'raw'").at(line: line)
    }
  }

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
    throw .syntax("missing end of comment tag").at(line: line)
  }

  func matches(_ text: String) -> Bool { source[position...].starts(with: text.unicodeScalars) }

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
