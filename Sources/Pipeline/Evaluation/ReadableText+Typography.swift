extension ReadableText {
  /// The text in lower case, with straight quotes and without emphasis or control tokens.
  static func levelled(_ response: String) -> String {
    var output = String.UnicodeScalarView()
    for scalar in withoutControlTokens(response).unicodeScalars {
      switch scalar {
      case "\u{2018}", "\u{2019}", "\u{201b}", "\u{02bc}", "\u{02b9}", "\u{ff07}", "\u{00b4}":
        output.append("'")
      case "\u{201c}", "\u{201d}", "\u{201e}", "\u{00ab}", "\u{00bb}", "\u{ff02}":
        output.append("\"")
      case "\u{00a0}", "\u{2009}", "\u{202f}", "\t": output.append(" ")
      case "\u{2028}", "\u{2029}", "\r": output.append("\n")
      case "*", "_", "\u{200b}", "\u{feff}", "\u{00ad}": break
      default: output.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return String(output)
  }

  /// The text without what stands between double quotes, unless that is all there is.
  ///
  /// A quotation mark without its partner, as where the response breaks off, quotes the rest.
  static func unquoted(_ text: String) -> String {
    let parts = withDoubleQuotes(text).split(separator: "\"", omittingEmptySubsequences: false)
    guard parts.count > 1 else { return text }
    let outside = stride(from: 0, to: parts.count, by: 2).map { parts[$0] }
    if outside.allSatisfy({ !$0.contains(where: \.isLetter) }) {
      return parts.joined(separator: " ")
    }
    return outside.joined(separator: " quotation ")
  }

  /// The text with single quotes around several words made double.
  ///
  /// Such a quotation opens before a letter and after none, and closes the other way round in the same line;
  /// an apostrophe has letters on both sides, or ends a word that nothing has opened.
  private static func withDoubleQuotes(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "'")) else { return text }
    var scalars = Array(text.unicodeScalars)
    func isLetter(_ index: Int) -> Bool {
      scalars.indices.contains(index) && scalars[index].properties.isAlphabetic
    }
    var opening: Int?
    var hasSpace = false
    for index in scalars.indices {
      switch scalars[index] {
      case "\n": opening = nil
      case " ": hasSpace = true
      case "'" where isLetter(index + 1) && !isLetter(index - 1):
        if opening == nil {
          opening = index
          hasSpace = false
        }
      case "'" where !isLetter(index + 1):
        guard let start = opening, index > 0, !scalars[index - 1].properties.isWhitespace else {
          continue
        }
        if hasSpace {
          scalars[start] = "\""
          scalars[index] = "\""
        }
        opening = nil
      default: break
      }
    }
    return String(String.UnicodeScalarView(scalars))
  }

  /// Leaves out tokens of the form `<|name|>` and `<name>` that a tokenizer writes for its own use.
  private static func withoutControlTokens(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "<")) else { return text }
    var output = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "<") {
      output += rest[..<open]
      let inside = rest[open...].prefix(40)
      if let close = inside.firstIndex(of: ">"), isControlToken(inside[...close]) {
        output += " "
        rest = rest[rest.index(after: close)...]
      } else {
        output += "<"
        rest = rest[rest.index(after: open)...]
      }
    }
    return output + rest
  }

  private static let controlNames: Set<String> = [
    "s", "/s", "pad", "eos", "bos", "unk", "start_of_turn", "end_of_turn",
  ]

  private static func isControlToken(_ token: Substring) -> Bool {
    let name = token.dropFirst().dropLast()
    return (name.hasPrefix("|") && name.hasSuffix("|")) || controlNames.contains(String(name))
  }
}
