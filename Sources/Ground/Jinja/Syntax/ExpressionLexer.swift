/// The tokens inside of tags.
extension TemplateLexer {
  private static let longSymbols = ["//", "**", "==", "!=", ">=", "<="]
  private static let shortSymbols = "+-/*%~[](){}><=.:|,;".unicodeScalars
  private static let brackets: [Unicode.Scalar: Unicode.Scalar] = ["(": ")", "[": "]", "{": "}"]

  /// Reads one token, or skips white space; brackets still open are kept by what closes them.
  mutating func readExpressionToken(_ open: inout [Unicode.Scalar]) throws(TemplateError) {
    let scalar = source[position]
    switch scalar {
    case _ where scalar.isPythonSpace: advance(to: skippingSpace(from: position))
    case "0"..."9": try readNumber()
    case "'", "\"": try readString(quote: scalar)
    case _ where scalar == "_" || scalar.properties.isXIDContinue: try readName()
    default: try readSymbol(&open)
    }
  }

  private mutating func readSymbol(_ open: inout [Unicode.Scalar]) throws(TemplateError) {
    let scalar = source[position]
    if let long = Self.longSymbols.first(where: { matches($0) }) {
      append(.symbol(long))
      return advance(to: position + 2)
    }
    guard Self.shortSymbols.contains(scalar) else { throw unexpected(scalar) }
    if let close = Self.brackets[scalar] {
      open.append(close)
    } else if ")]}".unicodeScalars.contains(scalar), open.popLast() != scalar {
      throw unexpected(scalar)
    }
    append(.symbol(String(scalar)))
    advance(to: position + 1)
  }

  private func unexpected(_ scalar: Unicode.Scalar) -> TemplateError {
    TemplateError(.syntax("unexpected '\(scalar)'"), line: line)
  }

  private mutating func readName() throws(TemplateError) {
    let name = source[position...].prefix(while: \.properties.isXIDContinue)
    guard source[position] == "_" || source[position].properties.isXIDStart else {
      throw .syntax("invalid character in identifier").at(line: line)
    }
    append(.name(String(scalars: name)))
    advance(to: name.endIndex)
  }

  /// Reads decimal digits; fractions, exponents, underscores and other bases are refused.
  private mutating func readNumber() throws(TemplateError) {
    let digits = source[position...].prefix { ("0"..."9").contains($0) }
    var end = digits.endIndex
    if end + 1 < source.count, source[end] == ".", ("0"..."9").contains(source[end + 1]) {
      end += 2
    }
    end = source[end...].prefix(while: \.properties.isXIDContinue).endIndex
    guard end == digits.endIndex, digits.count == 1 || digits.first != "0" else {
      let text = String(scalars: source[position..<end])
      throw .unsupported("the number \(text)").at(line: line)
    }
    guard let value = Int(String(scalars: digits)) else {
      throw TemplateError(Numbers.overflow.cause, line: line)
    }
    append(.integer(value))
    advance(to: end)
  }

  private static let escapes: [Unicode.Scalar: Unicode.Scalar] = [
    "\\": "\\", "'": "'", "\"": "\"", "n": "\n", "r": "\r", "t": "\t",
  ]

  private mutating func readString(quote: Unicode.Scalar) throws(TemplateError) {
    let start = line
    var text = String.UnicodeScalarView()
    advance(to: position + 1)
    while position < source.count, source[position] != quote {
      let scalar = source[position]
      advance(to: position + 1)
      if scalar == "\\", position < source.count {
        text += try escape(source[position])
        advance(to: position + 1)
      } else {
        text.append(scalar)
      }
    }
    guard position < source.count else {
      throw TemplateError(.syntax("unexpected '\(quote)'"), line: start)
    }
    append(.string(String(text)), line: start)
    advance(to: position + 1)
  }

  /// What an escape stands for; a backslash before what is none stays, as in Python.
  private func escape(_ letter: Unicode.Scalar) throws(TemplateError) -> [Unicode.Scalar] {
    if let scalar = Self.escapes[letter] { return [scalar] }
    guard letter.isASCII, !"\n01234567abfvxuUN".unicodeScalars.contains(letter) else {
      let name = letter == "\n" ? "line break" : String(letter)
      throw .unsupported("the escape \\\(name) in a string").at(line: line)
    }
    return ["\\", letter]
  }
}
