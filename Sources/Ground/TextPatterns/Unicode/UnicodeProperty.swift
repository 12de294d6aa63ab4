/// The properties that `\p{...}` and `[:...:]` name in a pattern, as Oniguruma 6.9.10 has them.
enum UnicodeProperty {
  /// The set that `\p{name}` stands for, or nil for a name that is not known here.
  ///
  /// Case, spaces, hyphens and underscores in a name make no difference.
  static func set(named name: String) -> ScalarSet? {
    let key = String(
      String.UnicodeScalarView(name.unicodeScalars.filter { !" -_".unicodeScalars.contains($0) })
    ).lowercased()
    if let categories = generalCategories[key] { return category(categories) }
    if let script = UnicodeScript.set(named: key) { return script }
    return key == "punct" ? category(.punctuation) : binaryProperty(key) ?? posixBracket(key)
  }

  /// The set that `[:name:]` stands for, or nil for a name that is not known here.
  static func posixBracket(_ name: String) -> ScalarSet? {
    switch name {
    case "alpha": alphabetic
    case "alnum": alphabetic.union(digit)
    case "digit": digit
    case "upper": CharacterDatabase.scalars(.oniguruma) { $0.isUppercase }
    case "lower":
      CharacterDatabase.scalars(.oniguruma) { $0.isLowercase }.union(category([.lowercaseLetter]))
    case "space": whiteSpace
    case "blank": category([.spaceSeparator]).union(ScalarSet([0x09...0x09]))
    case "cntrl": category([.control])
    case "punct": category(.punctuation + .symbol)
    case "graph": visible
    case "print": visible.union(category([.spaceSeparator]))
    case "xdigit": hexadecimalDigit
    case "word": word
    case "ascii": ScalarSet([0x00...0x7f])
    default: nil
    }
  }

  /// What `\w` matches in a class.
  static let word = alphabetic.union(digit).union(category(.mark + [.connectorPunctuation]))
  /// What `\w` matches outside a class, and what word boundaries are about.
  ///
  /// There Oniguruma counts six Latin-1 fractions and superscripts as word characters too.
  static let wordOutsideClass = word.union(ScalarSet([0xb2...0xb3, 0xb9...0xb9, 0xbc...0xbe]))
  /// What `\d` matches.
  static let digit = category([.decimalNumber])
  /// What `\s` matches.
  static let whiteSpace = CharacterDatabase.whiteSpace
  /// What `\h` matches.
  static let hexadecimalDigit = ScalarSet([0x30...0x39, 0x41...0x46, 0x61...0x66])

  private static let alphabetic = CharacterDatabase.scalars(.oniguruma) { $0.isAlphabetic }
  private static var assigned: ScalarSet { category([.unassigned]).inverted }

  private static var visible: ScalarSet {
    assigned.subtracting(whiteSpace.union(category([.control])))
  }

  private static func binaryProperty(_ key: String) -> ScalarSet? {
    switch key {
    case "any": .all
    case "assigned": assigned
    case "alphabetic": alphabetic
    case "whitespace": whiteSpace
    case "uppercase": posixBracket("upper")
    case "lowercase": posixBracket("lower")
    case "ideographic": CharacterDatabase.scalars(.oniguruma) { $0.isIdeographic }
    case "emoji": CharacterDatabase.scalars(.oniguruma) { $0.isEmoji }
    case "emojipresentation": CharacterDatabase.scalars(.oniguruma) { $0.isEmojiPresentation }
    default: nil
    }
  }

  private static func category(_ categories: [Unicode.GeneralCategory]) -> ScalarSet {
    ScalarSet(categories.flatMap { CharacterDatabase.categories[$0]?.ranges ?? [] })
  }

  private static let generalCategories: [String: [Unicode.GeneralCategory]] = [
    "l": .letter, "letter": .letter,
    "lu": [.uppercaseLetter], "uppercaseletter": [.uppercaseLetter],
    "ll": [.lowercaseLetter], "lowercaseletter": [.lowercaseLetter],
    "lt": [.titlecaseLetter], "titlecaseletter": [.titlecaseLetter],
    "lc": [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter],
    "casedletter": [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter],
    "lm": [.modifierLetter], "modifierletter": [.modifierLetter],
    "lo": [.otherLetter], "otherletter": [.otherLetter],
    "m": .mark, "mark": .mark, "combiningmark": .mark,
    "mn": [.nonspacingMark], "nonspacingmark": [.nonspacingMark],
    "mc": [.spacingMark], "spacingmark": [.spacingMark],
    "me": [.enclosingMark], "enclosingmark": [.enclosingMark],
    "n": .number, "number": .number,
    "nd": [.decimalNumber], "decimalnumber": [.decimalNumber], "digit": [.decimalNumber],
    "nl": [.letterNumber], "letternumber": [.letterNumber],
    "no": [.otherNumber], "othernumber": [.otherNumber],
    "p": .punctuation, "punctuation": .punctuation,
    "pc": [.connectorPunctuation], "connectorpunctuation": [.connectorPunctuation],
    "pd": [.dashPunctuation], "dashpunctuation": [.dashPunctuation],
    "ps": [.openPunctuation], "openpunctuation": [.openPunctuation],
    "pe": [.closePunctuation], "closepunctuation": [.closePunctuation],
    "pi": [.initialPunctuation], "initialpunctuation": [.initialPunctuation],
    "pf": [.finalPunctuation], "finalpunctuation": [.finalPunctuation],
    "po": [.otherPunctuation], "otherpunctuation": [.otherPunctuation],
    "s": .symbol, "symbol": .symbol,
    "sm": [.mathSymbol], "mathsymbol": [.mathSymbol],
    "sc": [.currencySymbol], "currencysymbol": [.currencySymbol],
    "sk": [.modifierSymbol], "modifiersymbol": [.modifierSymbol],
    "so": [.otherSymbol], "othersymbol": [.otherSymbol],
    "z": .separator, "separator": .separator,
    "zs": [.spaceSeparator], "spaceseparator": [.spaceSeparator],
    "zl": [.lineSeparator], "lineseparator": [.lineSeparator],
    "zp": [.paragraphSeparator], "paragraphseparator": [.paragraphSeparator],
    "c": [.control, .format, .unassigned, .privateUse],
    "other": [.control, .format, .unassigned, .privateUse],
    "cc": [.control], "control": [.control],
    "cf": [.format], "format": [.format],
    "cn": [.unassigned], "unassigned": [.unassigned],
    "co": [.privateUse], "privateuse": [.privateUse],
  ]
}
