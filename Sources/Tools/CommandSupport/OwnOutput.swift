import Checkpoints
import Files
import HDF5
import ModelFiles
import OrderedJSON

/// What `--force` may replace: outputs of this toolkit, known by what they say of themselves.
///
/// ```
/// HDF5       the root attribute `format` begins with `suture-`
/// JSON       the first member is a `format` that begins with `suture-`; a plot has it in `usermeta`
/// CSV        the header is that of one of our tables
/// NPZ        the comment of the archive is `suture-export`
/// folder     one of our logs is in it, and nothing but files that our tools write
/// ```
enum OwnOutput {
  /// Why a file or folder is not known to be ours, or nil when it is.
  static func objection(to path: String, as form: OutputForm) -> String? {
    switch form {
    case .file: isOurs(file: path) ? nil : "is no output of this toolkit"
    case .folder: objection(toFolder: path)
    }
  }

  // MARK: - Files

  private static let headByteCount = 4096

  private static func isOurs(file path: String) -> Bool {
    if let file = try? StoredFile(opening: path) {
      return (try? file.root.textAttribute("format"))?.hasPrefix("suture-") == true
    }
    guard let (head, tail) = ends(of: path) else { return false }
    return isOurs(text: String(decoding: head, as: UTF8.self))
      || (head.starts(with: "PK".utf8) && tail.suffix(13).elementsEqual("suture-export".utf8))
  }

  private static func isOurs(text: String) -> Bool {
    let compact = text.prefix(512).filter { !$0.isWhitespace }
    if compact.hasPrefix("{\"format\":\"suture-") { return true }
    if compact.hasPrefix("{\"$schema\":"), compact.contains("\"format\":\"suture-plot\"") {
      return true
    }
    let line = text.prefix { $0 != "\n" }
    return line.hasPrefix("example,example_index,module,layer,projection,")
      || line.hasPrefix("model,attack,seed,recovery,")
      || (line.hasPrefix("table,") && line.hasSuffix(",value"))
  }

  private static func ends(of path: String) -> (head: [UInt8], tail: [UInt8])? {
    guard let file = try? MappedFile(opening: path) else { return nil }
    let count = min(file.byteCount, headByteCount)
    return (
      file.bytes(in: 0..<count), file.bytes(in: file.byteCount - count..<file.byteCount)
    )
  }

  // MARK: - Folders

  /// What tools write about a run, with the command line in it.
  private static let logs: Set = ["recovery.json", "training.json", "scores.json", "claims.json"]
  /// What they write beside it.
  private static let results: Set = [
    AdapterFileName.configuration.rawValue, AdapterFileName.weights.rawValue,
    WeightsName.single.rawValue, "responses.jsonl", "utility.jsonl",
    "choices.jsonl", "claims.md", "report.html",
  ]

  private static func objection(toFolder path: String) -> String? {
    guard let names = try? Folder.names(in: path) else {
      return "cannot be read"
    }
    if names.isEmpty { return nil }
    for name in names.sorted() {
      if let stranger = stranger(name, in: path) {
        return "holds \(stranger), which this toolkit did not write"
      }
    }
    let isLogged = names.contains { logs.contains($0) && isLog("\(path)/\($0)") }
    return isLogged ? nil : "holds no log of this toolkit"
  }

  /// A file that no tool writes to an output folder, or nil.
  private static func stranger(_ name: String, in folder: String) -> String? {
    let path = "\(folder)/\(name)"
    guard FileEntry(at: path, followingLinks: false)?.type == .folder else {
      let isResult = results.contains(name) || DocumentName(rawValue: name) != nil
      return isResult || logs.contains(name) ? nil : name
    }
    guard let members = try? Folder.names(in: path) else {
      return name
    }
    let stranger: String?
    if name == DocumentName.namedTemplates {
      stranger = members.sorted().first {
        !$0.hasSuffix(".jinja")
          || FileEntry(at: "\(path)/\($0)", followingLinks: false)?.type != .file
      }
    } else if name == "figures" {
      // The numbers of a report's figures.
      stranger = members.sorted().first {
        !$0.hasSuffix(".csv")
          || FileEntry(at: "\(path)/\($0)", followingLinks: false)?.type != .file
      }
    } else if name.hasPrefix("step-"), Int(name.dropFirst(5)) != nil {
      // The states of a recovery after some of its steps.
      stranger = members.sorted().lazy.compactMap { Self.stranger($0, in: path) }.first
    } else {
      return name
    }
    return stranger.map { "\(name)/\($0)" }
  }

  private static func isLog(_ path: String) -> Bool {
    guard let log = try? Document.json(at: path).objectValue else { return false }
    return log["tool_version"]?.stringValue != nil && log["command_line"]?.stringValue != nil
  }
}
