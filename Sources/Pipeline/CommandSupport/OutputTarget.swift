import CFileSystem
import Glibc

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
    guard let real = realPath(path), let entry = FileEntry(at: real, followingLinks: true) else {
      throw .outputNotCreatable(path: path, reason: "is a link to nothing")
    }
    self.init(path: real, form: form, replaces: true)
    try requireReplaceable(entry, inputs: inputs)
  }

  /// The place alone, unchecked.
  init(wherever path: String, as form: OutputForm) {
    let path = path.withoutTrailingSlashes
    self.init(path: realPath(path) ?? path, form: form, replaces: false)
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
    for place in ["/", ".", environment("HOME") ?? "/"] {
      guard let real = realPath(place) else { continue }
      if real == path || real.isInside(path) { throw notReplaceable("holds \(real)") }
    }
    if let objection = OwnOutput.objection(to: path, as: form) { throw notReplaceable(objection) }
  }

  /// The folder that holds the output.
  var parent: String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The last part of the path.
  var name: Substring {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.utf8.index(after: $0)...] }
      ?? path[...]
  }

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
    if unsafe Glibc.link(stagingPath, path) == 0 {
      unsafe unlink(stagingPath)
    } else if errno == EEXIST {
      throw .outputExists(path: path)
    } else {
      // Not every file system has hard links.
      try move(stagingPath, to: path)
    }
  }

  /// The two change places in one step where the file system can, and the old one goes afterwards.
  ///
  /// Where it cannot, the old one is moved aside, and back again when the new one does not come.
  private func swapFolder(with stagingPath: String) throws(CommandError) {
    let exchange: UInt32 = 2
    if unsafe renameat2(AT_FDCWD, stagingPath, AT_FDCWD, path, exchange) == 0 {
      removeTree(stagingPath)
      return
    }
    let aside = sibling(marked: "replaced", suffix: "")
    removeTree(aside)
    try move(path, to: aside)
    do {
      try move(stagingPath, to: path)
    } catch {
      if unsafe rename(aside, path) == 0 { throw error }
      throw .outputNotWritten(path: path, reason: "it could not be replaced and is now at \(aside)")
    }
    removeTree(aside)
  }

  private func move(_ source: String, to destination: String) throws(CommandError) {
    if unsafe rename(source, destination) == 0 { return }
    let failure = SystemError.last
    if failure.code == ENOTEMPTY || failure.code == EEXIST { throw .outputExists(path: path) }
    throw failure.isMediumFailure
      ? .outputNotWritten(path: path, reason: failure.reason) : notCreatable(failure.reason)
  }
}
