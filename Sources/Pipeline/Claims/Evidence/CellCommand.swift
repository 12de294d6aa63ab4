/// The command of a cell, read for what it was given: names say what somebody meant, the command what was done.
package struct CellCommand {
  /// A part of another cell.
  package struct Reference: Equatable {
    package let stage: String
    package let identity: String
    /// What is behind the cell's folder, such as `output/step-4`.
    package let path: String

    package init(stage: String, identity: String, path: String) {
      self.stage = stage
      self.identity = identity
      self.path = path
    }
  }

  private let values: [(flag: String, value: String)]

  /// Reads a command line as `cell.json` quotes it.
  package init(_ text: String) {
    values = Self.words(text).dropFirst().compactMap { word in
      guard word.hasPrefix("--"), let equals = word.firstIndex(of: "=") else { return nil }
      return (String(word[..<equals].dropFirst(2)), String(word[word.index(after: equals)...]))
    }
  }

  /// The values of a flag, in order.
  package func values(of flag: String) -> [String] {
    values.filter { $0.flag == flag }.map(\.value)
  }

  /// The cells that the model is made of: `--model` and `--adapter`, not those of a reference.
  package var model: [Reference] {
    (values(of: "model") + values(of: "adapter")).compactMap(Self.reference)
  }

  /// The cell that a path lies in.
  package static func reference(_ path: String) -> Reference? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard let cells = parts.lastIndex(of: "cells"), parts.count > cells + 3,
      ["attack", "spectra", "recovery"].contains(parts[cells + 1])
    else { return nil }
    return Reference(
      stage: parts[cells + 1], identity: parts[cells + 2],
      path: parts[(cells + 3)...].joined(separator: "/"))
  }

  /// Words of a shell, of which some stand in single quotes or behind a backslash.
  private static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var (isQuoted, isEscaped, isWord) = (false, false, false)
    for character in text {
      switch character {
      case _ where isEscaped:
        word.append(character)
        isEscaped = false
      case "'":
        isQuoted.toggle()
        isWord = true
      case _ where isQuoted: word.append(character)
      case "\\":
        isEscaped = true
        isWord = true
      case " ":
        if isWord { words.append(word) }
        (word, isWord) = ("", false)
      default:
        word.append(character)
        isWord = true
      }
    }
    return isWord ? words + [word] : words
  }
}
