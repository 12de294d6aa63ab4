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
    var end = position
    while end < source.count, source[end].properties.isXIDContinue { end += 1 }
    guard source[position] == "_" || source[position].properties.isXIDStart else {
      throw TemplateError(.syntax("invalid character in identifier"), line: line)
    }
    append(.name(String(scalars: source[position..<end])))
    advance(to: end)
  }

  // MARK: Numbers

  private mutating func readNumber() throws(TemplateError) {
    if let end = floatEnd() {
      append(.float(Double(digits(until: end)) ?? .infinity))
      return advance(to: end)
    }
    let radix = radixOfPrefix()
    let start = radix == 10 ? position : position + 2
    let end = numberEnd(from: start, radix: radix)
    guard let value = Int(digits(from: start, until: end), radix: radix) else {
      throw TemplateError(.unsupported("an integer beyond 64 bits"), line: line)
    }
    append(.integer(value))
    advance(to: end)
  }

  /// 2, 8 or 16 after `0b`, `0o` or `0x` and a digit.
  private func radixOfPrefix() -> Int {
    guard source[position] == "0", position + 1 < source.count else { return 10 }
    let radixes: [Unicode.Scalar: Int] = [
      "b": 2, "B": 2, "o": 8, "O": 8, "x": 16, "X": 16,
    ]
    guard let radix = radixes[source[position + 1]],
      numberEnd(from: position + 2, radix: radix) > position + 2
    else { return 10 }
    return radix
  }

  /// The end of digits that single underscores may separate; a leading zero stands with zeros only.
  private func numberEnd(from start: Int, radix: Int) -> Int {
    let isZero = radix == 10 && start < source.count && source[start] == "0"
    var end = start
    while end < source.count {
      let index = source[end] == "_" && (end > start || radix != 10) ? end + 1 : end
      guard index < source.count, isDigit(source[index], radix: isZero ? 1 : radix) else { break }
      end = index + 1
    }
    return end
  }

  private func isDigit(_ scalar: Unicode.Scalar, radix: Int) -> Bool {
    guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else { return false }
    return digit < radix
  }

  /// The end of a number with a fraction or an exponent, if that is what stands here.
  private func floatEnd() -> Int? {
    if position > 0 && source[position - 1] == "." { return nil }
    var end = decimalEnd(from: position)
    var isFloat = false
    if end < source.count, source[end] == ".", decimalEnd(from: end + 1) > end + 1 {
      end = decimalEnd(from: end + 1)
      isFloat = true
    }
    if end < source.count, source[end] == "e" || source[end] == "E" {
      let sign = end + 1 < source.count && (source[end + 1] == "-" || source[end + 1] == "+")
      let start = end + (sign ? 2 : 1)
      if decimalEnd(from: start) > start {
        end = decimalEnd(from: start)
        isFloat = true
      }
    }
    return isFloat ? end : nil
  }

  private func decimalEnd(from start: Int) -> Int {
    var end = start
    while end < source.count {
      let index = source[end] == "_" && end > start ? end + 1 : end
      guard index < source.count, isDigit(source[index], radix: 10) else { break }
      end = index + 1
    }
    return end
  }

  private func digits(from start: Int? = nil, until end: Int) -> String {
    String(scalars: source[(start ?? position)..<end].filter { $0 != "_" })
  }

  // MARK: Strings

  private mutating func readString(quote: Unicode.Scalar) throws(TemplateError) {
    var end = position + 1
    while end < source.count, source[end] != quote { end += source[end] == "\\" ? 2 : 1 }
    guard end < source.count else { throw unexpected(quote) }
    do throws(TemplateError) {
      append(.string(try StringLiteral.text(of: source[(position + 1)..<end])))
    } catch {
      throw error.at(line: line)
    }
    advance(to: end + 1)
  }
}
