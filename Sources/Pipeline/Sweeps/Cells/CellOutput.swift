import Files
import HDF5
import OrderedJSON
import SystemPackage

/// What a tool must have written for its cell to be whole.
package enum CellOutput {
  static let name = "output"
  private static let byteLimit = 1 << 30

  /// What is wrong with an output, or nil.
  ///
  /// Outputs appear under their names only when they are whole; this finds what was damaged or taken away
  /// afterwards, and scores of some of the prompts.
  static func fault(of path: String, stage: SweepStage) -> String? {
    if FileEntry(at: path) == nil { return "has no \(name)" }
    switch stage {
    case .spectra: return (try? StoredFile(opening: path)) == nil ? "\(name) is no HDF5 file" : nil
    case .attack: return log("training.json", in: path)
    case .recovery: return log("recovery.json", in: path)
    case .evaluation: return scores(in: path)
    }
  }

  private static func log(_ name: String, in folder: String) -> String? {
    json("\(folder)/\(name)")?["tool_version"]?.stringValue == nil ? "\(name) is not whole" : nil
  }

  /// Every prompt of every set has a response.
  private static func scores(in folder: String) -> String? {
    guard let scores = json("\(folder)/scores.json"),
      scores["format"]?.stringValue == "suture-scores",
      let sets = scores["prompt_sets"]?.arrayValue
    else { return "scores.json is not whole" }
    guard let bytes = try? OpenFile.contents(of: "\(folder)/responses.jsonl", limit: byteLimit)
    else { return "responses.jsonl cannot be read" }
    var counts: [String: Int] = [:]
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let name = (try? JSONValue(parsing: Array(line)))?["set"]?.stringValue else {
        return "responses.jsonl is not whole"
      }
      counts[name, default: 0] += 1
    }
    for set in sets {
      guard let name = set["name"]?.stringValue, let count = set["count"]?.integerValue else {
        return "scores.json is not whole"
      }
      let found = counts[name] ?? 0
      if found != count { return "has \(found) of \(count) responses of \(name)" }
    }
    return nil
  }

  /// The files of an output and their sizes in bytes; of a single file the path is empty.
  static func files(of path: String) -> [String: Int] {
    let names = FileEntry(at: path)?.type == .folder ? Folder.paths(below: path) : [""]
    var files: [String: Int] = [:]
    for name in names {
      let file = name.isEmpty ? path : "\(path)/\(name)"
      guard let status = unsafe try? Stat(file), status.type == .regular else { continue }
      files[name] = Int(status.size)
    }
    return files
  }

  /// A JSON file, or nil.
  package static func json(_ path: String) -> JSONValue? {
    guard let bytes = try? OpenFile.contents(of: path, limit: byteLimit) else { return nil }
    return try? JSONValue(parsing: bytes)
  }
}
