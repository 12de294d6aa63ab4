/// The escapes of a string in a template, which are those of a Python string.
struct StringLiteral {
  private let source: ArraySlice<Unicode.Scalar>
  private var position: Int
  private var text = String.UnicodeScalarView()

  /// The text that a string stands for.
  ///
  /// - Parameter source: What stands between the quotes.
  /// - Returns: The text.
  /// - Throws: `syntax` for an escape that is cut off or names no character.
  static func text(of source: ArraySlice<Unicode.Scalar>) throws(TemplateError) -> String {
    var literal = StringLiteral(source)
    while literal.position < source.endIndex { try literal.readScalar() }
    return String(literal.text)
  }

  private init(_ source: ArraySlice<Unicode.Scalar>) {
    self.source = source
    position = source.startIndex
  }

  private mutating func readScalar() throws(TemplateError) {
    let scalar = source[position]
    position += 1
    guard scalar == "\\" else { return text.append(scalar) }
    guard position < source.endIndex else {
      throw TemplateError(.syntax("\\ at end of string"))
    }
    let letter = source[position]
    position += 1
    try appendEscape(letter)
  }

  private mutating func appendEscape(_ letter: Unicode.Scalar) throws(TemplateError) {
    let simple: [Unicode.Scalar: Unicode.Scalar] = [
      "\\": "\\", "'": "'", "\"": "\"", "a": "\u{7}", "b": "\u{8}", "f": "\u{c}", "n": "\n",
      "r": "\r", "t": "\t", "v": "\u{b}",
    ]
    switch letter {
    case "\n": break
    case "x": try appendHexadecimal(width: 2, letter)
    case "u": try appendHexadecimal(width: 4, letter)
    case "U": try appendHexadecimal(width: 8, letter)
    case "N": throw TemplateError(.unsupported("a character by its name, \\N{...},"))
    case "0"..."7": appendOctal(letter)
    case _ where !letter.isASCII:
      // Jinja makes strings ASCII before it looks for escapes: the backslash meets another one.
      text.append(contentsOf: letter.pythonEscape.unicodeScalars)
    default:
      if let scalar = simple[letter] {
        text.append(scalar)
      } else {
        text.append(contentsOf: ["\\", letter])
      }
    }
  }

  private mutating func appendHexadecimal(
    width: Int, _ letter: Unicode.Scalar
  ) throws(TemplateError) {
    let digits = source[position...].prefix(width)
    guard digits.count == width, digits.allSatisfy(\.properties.isASCIIHexDigit),
      let value = UInt32(String(scalars: digits), radix: 16)
    else { throw TemplateError(.syntax("truncated \\\(letter) escape")) }
    guard let scalar = Unicode.Scalar(value) else {
      throw TemplateError(.unsupported("\\\(letter)\(String(value, radix: 16)), no character,"))
    }
    position += width
    text.append(scalar)
  }

  private mutating func appendOctal(_ first: Unicode.Scalar) {
    var value = first.value - 48
    for digit in source[position...].prefix(2).prefix(while: { ("0"..."7").contains($0) }) {
      value = value * 8 + digit.value - 48
      position += 1
    }
    if let scalar = Unicode.Scalar(value) { text.append(scalar) }
  }
}
