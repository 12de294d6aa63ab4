/// The case methods of Python strings, with Unicode's full mappings.
extension String {
  /// `str.upper`.
  var pythonUppercased: String {
    unicodeScalars.reduce(into: "") { $0 += $1.properties.uppercaseMapping }
  }

  /// `str.lower`: a sigma at the end of a word has its own form.
  var pythonLowercased: String {
    let scalars = self.scalars
    return scalars.indices.reduce(into: "") { text, index in
      text += Self.lowercase(scalars, at: index)
    }
  }

  /// `str.capitalize`.
  var pythonCapitalized: String {
    let scalars = self.scalars
    return scalars.indices.reduce(into: "") { text, index in
      text +=
        index == 0 ? scalars[index].properties.titlecaseMapping : Self.lowercase(scalars, at: index)
    }
  }

  /// `str.title`: a letter after a letter is lowercase, another one titlecase.
  var pythonTitlecased: String {
    let scalars = self.scalars
    var isInWord = false
    return scalars.indices.reduce(into: "") { text, index in
      text +=
        isInWord ? Self.lowercase(scalars, at: index) : scalars[index].properties.titlecaseMapping
      isInWord = scalars[index].properties.isCased
    }
  }

  private static func lowercase(_ scalars: [Unicode.Scalar], at index: Int) -> String {
    guard scalars[index] == "\u{3a3}" else { return scalars[index].properties.lowercaseMapping }
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    let isFinal = (before?.properties.isCased ?? false) && !(after?.properties.isCased ?? false)
    return isFinal ? "\u{3c2}" : "\u{3c3}"
  }
}
