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

  private init(path: String, form: OutputForm, replaces: Bool) {
    self.path = path
    self.form = form
    self.replaces = replaces
  }

  /// `--force` replaces results, never a device, an input, or a folder that holds more than results.
  private func requireReplaceable(_ entry: FileEntry, inputs: [String]) throws(CommandError) {
    switch (form, entry.type) {
    case (.file, .file), (.folder, .folder): break
    case (.file, _): throw notCreatable("is not a regular file")
    case (.folder, _): throw notCreatable("is not a folder")
    }
    for input in inputs {
      guard let real = realPath(input) else { continue }
      if FileEntry(at: real, followingLinks: true) == entry {
        throw notCreatable("is an input of this command")
      }
      if real.isInside(path) { throw notCreatable("holds the input \(input)") }
    }
    for place in ["/", ".", environment("HOME") ?? "/"] {
      guard let real = realPath(place) else { continue }
      if real == path || real.isInside(path) { throw notCreatable("holds \(real)") }
    }
  }

  /// The folder that holds the output.
  var parent: String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A hidden name in the same folder, so that a rename stays on one file system.
  func sibling(marked mark: String, suffix: String) -> String {
    let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map {
      path[path.utf8.index(after: $0)...]
    }
    return "\(parent)/.\(name ?? path[...]).\(mark)-\(getpid())\(suffix)"
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

  private func swapFolder(with stagingPath: String) throws(CommandError) {
    let aside = sibling(marked: "replaced", suffix: "")
    removeTree(aside)
    try move(path, to: aside)
    do {
      try move(stagingPath, to: path)
    } catch {
      unsafe rename(aside, path)
      throw error
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
