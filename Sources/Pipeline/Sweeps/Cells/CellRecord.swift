import Files
import OrderedJSON

/// What `cell.json` says of a finished cell: what it is, what made it, and what that took.
package struct CellRecord: Sendable {
  static let format = "suture-cell"
  static let formatVersion = 1
  static let fileName = "cell.json"
  private static let byteLimit = 16 << 20

  package let identity: String
  package let stage: String
  /// What the cell was made for; a sweep file that is written later may use it for something else.
  package let labels: [String]
  package let tool: String
  package let toolVersion: String
  /// What makes it again in another folder.
  package let command: String
  package let seconds: Double
  package let cpuSeconds: Double
  /// Bytes.
  package let peakMemory: Int
  package let host: String
  package let created: String
  package let threads: Int
  package let blas: String
  /// Paths and bytes of the files of the output; of a single file the path is empty.
  package let files: [String: Int]

  /// As it is written.
  var json: JSONValue {
    [
      "format": .string(Self.format), "format_version": .integer(Self.formatVersion),
      "identity": .string(identity), "stage": .string(stage),
      "labels": .array(labels.map { .string($0) }), "tool": .string(tool),
      "tool_version": .string(toolVersion), "command": .string(command),
      "seconds": .number(seconds), "cpu_seconds": .number(cpuSeconds),
      "peak_memory": .integer(peakMemory), "host": .string(host), "created": .string(created),
      "threads": .integer(threads), "blas": .string(blas),
      "files": .object(
        JSONObject(
          files.sorted { $0.key < $1.key }.map {
            JSONObject.Member(key: $0.key, value: .integer($0.value))
          })),
    ]
  }
}

extension CellRecord {
  /// Reads the record in the folder of a cell; nil when there is none or it is damaged.
  init?(in folder: String) {
    guard
      let bytes = try? OpenFile.contents(
        of: "\(folder)/\(Self.fileName)", limit: Self.byteLimit),
      let json = try? JSONValue(parsing: bytes), json["format"]?.stringValue == Self.format,
      json["format_version"]?.integerValue == Self.formatVersion,
      let identity = json["identity"]?.stringValue, let stage = json["stage"]?.stringValue,
      let labels = json["labels"]?.arrayValue, let command = json["command"]?.stringValue,
      let seconds = json["seconds"]?.doubleValue,
      let files = json["files"]?.objectValue
    else { return nil }
    self.init(
      identity: identity, stage: stage, labels: labels.compactMap(\.stringValue),
      tool: json["tool"]?.stringValue ?? "", toolVersion: json["tool_version"]?.stringValue ?? "",
      command: command, seconds: seconds, cpuSeconds: json["cpu_seconds"]?.doubleValue ?? 0,
      peakMemory: json["peak_memory"]?.integerValue ?? 0, host: json["host"]?.stringValue ?? "",
      created: json["created"]?.stringValue ?? "", threads: json["threads"]?.integerValue ?? 0,
      blas: json["blas"]?.stringValue ?? "",
      files: Dictionary(
        files.members.map { ($0.key, $0.value.integerValue ?? -1) }, uniquingKeysWith: { $1 }))
  }
}
