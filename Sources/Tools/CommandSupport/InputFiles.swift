import Files

/// The files that a command reads, none of which an output may replace.
///
/// Beside those that a command names there is every file or folder on its command line, so that a
/// flag that is added later is protected as well.
struct InputFiles {
  private let paths: [String]

  /// How many files of an input folder are looked at.
  private static let folderLimit = 10_000

  init(_ paths: [String], arguments: [String] = Array(CommandLine.arguments.dropFirst())) {
    self.paths = paths + Self.named(in: arguments)
  }

  /// Why an existing output must not be replaced, or nil.
  ///
  /// - Parameters:
  ///   - output: Without links.
  ///   - entry: What is there.
  /// - Returns: The reason, such as "holds the input adapter".
  func objection(to output: String, _ entry: FileEntry) -> String? {
    for path in paths {
      guard let real = FileNames.real(path), let input = FileEntry(at: real) else {
        continue
      }
      if input == entry { return "is an input of this command" }
      if isPath(real, inside: output) { return "holds the input \(path)" }
      guard input.type == .folder else { continue }
      if isPath(output, inside: real) { return "is a file of the input \(path)" }
      // Links lead out of a folder of the Hugging Face cache, and hard links into it.
      for name in Self.files(in: real) {
        let file = "\(real)/\(name)"
        if FileEntry(at: file) == entry {
          return "is a file of the input \(path)"
        }
        if let target = FileNames.real(file), isPath(target, inside: output) {
          return "holds a file of the input \(path)"
        }
      }
    }
    return nil
  }

  private static func files(in folder: String) -> ArraySlice<String> {
    Folder.paths(below: folder).prefix(folderLimit)
  }

  private static let outputFlags = ["--output", "--spectra"]

  /// What is a path among the arguments, but for those of outputs.
  private static func named(in arguments: [String]) -> [String] {
    var paths: [String] = []
    var isOutput = false
    for argument in arguments {
      defer { isOutput = outputFlags.contains(argument) }
      if isOutput || outputFlags.contains(where: { argument.hasPrefix($0 + "=") }) { continue }
      guard argument.hasPrefix("--"), let equals = argument.firstIndex(of: "=") else {
        paths.append(argument)
        continue
      }
      paths.append(String(argument[argument.index(after: equals)...]))
    }
    return paths.filter { !$0.isEmpty && FileEntry(at: $0) != nil }
  }
}
