extension String {
  /// A string of these code points, which is how Python sees any.
  init(scalars: some Swift.Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }

  /// The code points, which Python counts and indexes.
  var scalars: [Unicode.Scalar] { Array(unicodeScalars) }

  /// Equality of code points; Swift's `==` would follow canonical equivalence.
  func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension Unicode.Scalar {
  /// `str.isspace` of one character, which `str.strip`, `str.split` and `\s` go by.
  var isPythonSpace: Bool {
    switch value {
    case 0x09...0x0d, 0x1c...0x20, 0x85, 0xa0, 0x1680, 0x2000...0x200a, 0x2028, 0x2029, 0x202f,
      0x205f, 0x3000:
      true
    default: false
    }
  }

  /// Where `str.splitlines` ends a line.
  var isPythonLineBreak: Bool {
    switch value {
    case 0x0a...0x0d, 0x1c...0x1e, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// `str.isprintable` of one character, which decides what `repr` escapes.
  var isPythonPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
      .paragraphSeparator:
      false
    case .spaceSeparator: self == " "
    default: true
    }
  }

  /// `str.isalpha` of one character.
  var isPythonAlphabetic: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// `str.isdecimal` of one character.
  var isPythonDecimal: Bool { properties.generalCategory == .decimalNumber }

  /// `str.isdigit` of one character.
  var isPythonDigit: Bool {
    properties.numericType == .decimal || properties.numericType == .digit
  }

  /// `str.isnumeric` of one character.
  var isPythonNumeric: Bool { properties.numericType != nil }

  /// `str.isalnum` of one character, which with the underscore is what `\w` matches.
  var isPythonAlphanumeric: Bool { isPythonAlphabetic || isPythonNumeric }

  /// True where case distinguishes the character.
  var isCased: Bool {
    properties.isLowercase || properties.isUppercase
      || properties.generalCategory == .titlecaseLetter
  }
}
