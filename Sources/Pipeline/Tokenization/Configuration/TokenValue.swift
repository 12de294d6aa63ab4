import OrderedJSON

/// A token as a configuration writes it: its text, or an object with its flags.
enum TokenValue {
  case text(String)
  case token(AddedToken)

  /// Reads a string or an object.
  ///
  /// - Parameters:
  ///   - section: The value.
  ///   - isSpecial: Whether it is special whatever an object says; nil to read that too.
  /// - Throws: `TokenizerError` with the member that is wrong.
  init(_ section: JSONSection, isSpecial: Bool? = nil) throws(TokenizerError) {
    if let text = section.value.stringValue {
      self = .text(text)
    } else {
      self = .token(try AddedToken(partial: section, isSpecial: isSpecial))
    }
  }

  /// How the token is spelled.
  var content: String {
    switch self {
    case .text(let text): text
    case .token(let token): String(decoding: token.content, as: UTF8.self)
    }
  }

  /// The token to add; a text is special.
  var token: AddedToken {
    switch self {
    case .text(let text): AddedToken(special: text)
    case .token(let token): token
    }
  }

  /// Whether it is written in the same way with the same text.
  func isWritten(as other: TokenValue) -> Bool {
    switch (self, other) {
    case (.text, .text), (.token, .token): content.utf8.elementsEqual(other.content.utf8)
    default: false
    }
  }
}
