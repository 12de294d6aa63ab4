import Files
import Glibc
import SystemPackage

/// Where an output shall be, checked before work on it starts.
struct OutputTarget: Equatable {
  let path: String
  let form: OutputForm
  /// Whether something of the same form is there and shall be replaced.
  let replaces: Bool

  init(_ path: String, as form: OutputForm, force: Bool, inputs: [String])
    throws(CommandError)
  {
    let path = path.withoutTrailingSlashes
    if FileEntry(at: path, followingLinks: false) == nil {
      self.init(path: path, form: form, replaces: false)
      return
    }
    guard force else { throw .outputExists(path: path) }
    // A link stays a link: what it points to is replaced.
    guard let real = FileNames.real(path), let entry = FileEntry(at: real) else {
      throw .outputNotCreatable(path: path, reason: "is a link to nothing")
    }
    self.init(path: real, form: form, replaces: true)
    try requireReplaceable(entry, inputs: inputs)
  }

  /// The place alone, unchecked.
  init(wherever path: String, as form: OutputForm) {
    let path = path.withoutTrailingSlashes
    self.init(path: FileNames.real(path) ?? path, form: form, replaces: false)
  }

  private init(path: String, form: OutputForm, replaces: Bool) {
    self.path = path
    self.form = form
    self.replaces = replaces
  }

  /// `--force` replaces results, never a device, an input, or a folder that holds more than results.
  private func requireReplaceable(_ entry: FileEntry, inputs: [String]) throws(CommandError) {
    switch (form, entry.type) {
    case (.file, .file), (.folder, .folder): break
    case (.file, _): throw notReplaceable("is not a regular file")
    case (.folder, _): throw notReplaceable("is not a folder")
    }
    if let objection = InputFiles(inputs).objection(to: path, entry) {
      throw notReplaceable(objection)
    }
    for place in ["/", ".", Environment.value(of: "HOME") ?? "/"] {
      guard let real = FileNames.real(place) else { continue }
      if real == path || isPath(real, inside: path) { throw notReplaceable("holds \(real)") }
    }
    if let objection = OwnOutput.objection(to: path, as: form) { throw notReplaceable(objection) }
  }

  /// The folder that holds the output.
  var parent: String {
    let folder = FilePath(path).removingLastComponent()
    return folder.isEmpty ? "." : folder.string
  }

  /// The last part of the path.
  var name: String { FilePath(path).lastComponent?.string ?? "" }

  /// A hidden name in the same folder, so that a rename stays on one file system.
  func sibling(marked mark: String, suffix: String) -> String {
    "\(parent)/.\(name).\(mark)-\(getpid())\(suffix)"
  }

  private func notReplaceable(_ reason: String) -> CommandError {
    .outputNotReplaceable(path: path, reason: reason)
  }

  func notCreatable(_ reason: String) -> CommandError {
    .outputNotCreatable(path: path, reason: reason)
  }
}

extension OutputTarget {
  /// Gives the finished output its name.
  func take(from stagingPath: String) throws(CommandError) {
    switch (form, replaces) {
    case (.file, false): try link(from: stagingPath)
    case (.file, true), (.folder, false): try move(stagingPath, to: path)
    case (.folder, true): try swapFolder(with: stagingPath)
    }
  }

  /// `link` refuses a name that somebody took meanwhile, which `rename` would overwrite.
  private func link(from stagingPath: String) throws(CommandError) {
    do throws(Errno) {
      try FileNames.link(stagingPath, as: path)
    } catch .fileExists {
      throw .outputExists(path: path)
    } catch {
      // Not every file system has hard links.
      return try move(stagingPath, to: path)
    }
    try? FileNames.remove(stagingPath)
  }

  /// The two change places in one step where the file system can, and the old one goes afterwards.
  ///
  /// Where it cannot, the old one is moved aside, and back again when the new one does not come.
  private func swapFolder(with stagingPath: String) throws(CommandError) {
    if (try? FileNames.exchange(stagingPath, with: path)) != nil {
      Folder.removeTree(stagingPath)
      return
    }
    let aside = sibling(marked: "replaced", suffix: "")
    Folder.removeTree(aside)
    try move(path, to: aside)
    do {
      try move(stagingPath, to: path)
    } catch {
      if (try? FileNames.rename(aside, to: path)) != nil { throw error }
      throw .outputNotWritten(path: path, reason: "it could not be replaced and is now at \(aside)")
    }
    Folder.removeTree(aside)
  }

  private func move(_ source: String, to destination: String) throws(CommandError) {
    do throws(Errno) {
      try FileNames.rename(source, to: destination)
    } catch .directoryNotEmpty, .fileExists {
      throw .outputExists(path: path)
    } catch {
      throw error.isMediumFailure
        ? .outputNotWritten(path: path, reason: error.reason) : notCreatable(error.reason)
    }
  }
}

extension String {
  /// `results/` names the same folder as `results`; the root keeps its slash.
  fileprivate var withoutTrailingSlashes: String {
    var result = self[...]
    while result.utf8.count > 1, result.utf8.last == UInt8(ascii: "/") {
      result.unicodeScalars.removeLast()
    }
    return String(result)
  }
}
