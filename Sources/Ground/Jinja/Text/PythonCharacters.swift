extension String {
  /// A string of these code points, which is how Python sees any.
  init(scalars: some Sequence<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }

  /// The code points, which Python counts and indexes.
  var scalars: [Unicode.Scalar] { Array(unicodeScalars) }

  /// Equality of code points; Swift's `==` would follow canonical equivalence.
  func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }

  /// `str.strip`, `lstrip` or `rstrip`; nil strips white space.
  package func stripped(of characters: String?, atStart: Bool = true, atEnd: Bool = true) -> String
  {
    let set = characters.map { Set($0.unicodeScalars) }
    func isStripped(_ scalar: Unicode.Scalar) -> Bool {
      set?.contains(scalar) ?? scalar.isPythonSpace
    }
    var scalars = unicodeScalars[...]
    if atStart { scalars = scalars.drop(while: isStripped) }
    if atEnd { while let last = scalars.last, isStripped(last) { scalars.removeLast() } }
    return String(scalars)
  }

  /// `str.splitlines`.
  var pythonLines: [String] {
    var lines: [String] = []
    var rest = unicodeScalars[...]
    while !rest.isEmpty {
      let line = rest.prefix { !$0.isPythonLineBreak }
      rest.removeFirst(line.count)
      // Not `count`, which would go through the rest of the text for every line.
      rest = rest.dropFirst(rest.starts(with: "\r\n".unicodeScalars) ? 2 : 1)
      lines.append(String(line))
    }
    return lines
  }
}

extension Unicode.Scalar {
  /// `str.isspace` of one character, which `str.strip` goes by.
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
}
