/// What a flag of a cell's tool is given.
package enum CellValue: Sendable, Equatable {
  /// A text as it stands.
  case text(String)
  /// A file or folder outside the sweep, known by what is in it.
  case input(SweepInput)
  /// A part of another cell.
  case cell(identity: String, path: String)
}

/// A flag of a cell's tool with its value.
package struct CellArgument: Sendable {
  package let flag: ToolFlag
  /// Nil for a flag that is set alone.
  package let value: CellValue?
  /// Where it stands in the sweep file; nil for what the plan adds.
  package let place: SweepPlace?

  /// Flags that change how a result is made and not what it is.
  static let uncounted: Set<String> = [
    "force", "json", "memory-limit", "output", "quiet", "threads",
  ]
}

extension [CellArgument] {
  /// What counts for the identity of a cell: a list a flag, by name.
  ///
  /// A value that the flag has anyway is left out, and a number is written in one way.
  var canonical: [[String]] {
    let names = Set(map(\.flag.name)).subtracting(CellArgument.uncounted)
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.compactMap { name in
      let arguments = filter { $0.flag.name == name }
      if arguments.count == 1, arguments[0].isDefault { return nil }
      return [name] + arguments.compactMap(\.canonicalValue)
    }
  }

  /// The cells that they name.
  var cells: [String] {
    var identities: [String] = []
    for case .cell(let identity, _)? in map(\.value) where !identities.contains(identity) {
      identities.append(identity)
    }
    return identities
  }

  /// The words of a command line.
  ///
  /// - Parameter folder: Where a cell is.
  /// - Returns: A word a flag, with its value behind an equals sign.
  package func words(cellFolder folder: (_ identity: String) -> String) -> [String] {
    map { argument in
      let name = "--\(argument.flag.name)"
      return switch argument.value {
      case nil: name
      case .text(let text): "\(name)=\(text)"
      case .input(let input): "\(name)=\(input.argument)"
      case .cell(let identity, let path): "\(name)=\(folder(identity))/\(path)"
      }
    }
  }
}

extension CellArgument {
  fileprivate var isDefault: Bool {
    guard case .text(let text)? = value, let standard = flag.defaultValue, !flag.isRepeating else {
      return false
    }
    return flag.normalized(text) == flag.normalized(standard)
  }

  fileprivate var canonicalValue: String? {
    switch value {
    case nil: nil
    case .text(let text): "=\(flag.normalized(text))"
    case .input(let input): input.canonical
    case .cell(let identity, let path): "cell:\(identity)/\(path)"
    }
  }
}
