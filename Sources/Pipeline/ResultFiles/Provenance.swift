import Glibc
import HDF5
import OrderedJSON

/// Where a file's numbers come from: the attributes of its root group.
public struct Provenance: Sendable, Equatable {
  /// Version of the tool that wrote the file.
  public var toolVersion: String
  /// When the file was begun: ISO 8601, UTC.
  public var created: String
  /// The command that wrote it.
  public var commandLine: String
  /// The model as the user named it.
  public var model: String
  /// Its architecture, such as `llama`.
  public var architecture: String
  /// SHA-256 over its weights and configuration, in hexadecimal.
  public var modelFingerprint: String
  /// SHA-256 of the tokenizer, in hexadecimal.
  public var tokenizerFingerprint: String
  /// SHA-256 of the chat template that was used, in hexadecimal; empty without one.
  ///
  /// With arguments, or where several templates were used, it is that of all of them together.
  public var chatTemplateSHA256: String
  /// The date that the chat template was told; empty, and in no file, where it asked for none.
  public var templateDate = ""
  /// What the chat template was handed beside the conversation, a JSON object; empty, and in no file, where
  /// that was nothing.
  public var templateArguments = ""
  /// Number of threads.
  public var threads: Int
  /// The linear algebra library and its configuration.
  public var blas: String
  /// Seed of the random numbers.
  public var seed: Int

  /// Creates a provenance; what is not known stays empty.
  public init(
    toolVersion: String = "", created: String = Provenance.timestamp(), commandLine: String = "",
    model: String = "", architecture: String = "", modelFingerprint: String = "",
    tokenizerFingerprint: String = "", chatTemplateSHA256: String = "", threads: Int = 1,
    blas: String = "", seed: Int = 0
  ) {
    self.toolVersion = toolVersion
    self.created = created
    self.commandLine = commandLine
    self.model = model
    self.architecture = architecture
    self.modelFingerprint = modelFingerprint
    self.tokenizerFingerprint = tokenizerFingerprint
    self.chatTemplateSHA256 = chatTemplateSHA256
    self.threads = threads
    self.blas = blas
    self.seed = seed
  }

  /// The present time as ISO 8601 in UTC, to the second.
  ///
  /// `SOURCE_DATE_EPOCH`, in seconds since 1970, takes the place of the clock when it is set, which
  /// makes files reproducible byte for byte.
  public static func timestamp() -> String {
    let epoch = unsafe getenv("SOURCE_DATE_EPOCH").flatMap { unsafe time_t(String(cString: $0)) }
    return timestamp(epoch ?? time(nil)) ?? timestamp(time(nil)) ?? ""
  }

  /// Nil when the C library's calendar does not reach as far.
  private static func timestamp(_ seconds: time_t) -> String? {
    var seconds = seconds
    var parts = unsafe tm()
    guard unsafe gmtime_r(&seconds, &parts) != nil else { return nil }
    var text = [CChar](repeating: 0, count: 32)
    let length = unsafe strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: text.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The attributes that hold text: their names and where their values live.
  private static var texts: [(name: String, value: WritableKeyPath<Provenance, String>)] {
    [
      ("tool_version", \.toolVersion), ("created", \.created), ("command_line", \.commandLine),
      ("model", \.model), ("architecture", \.architecture),
      ("model_fingerprint", \.modelFingerprint),
      ("tokenizer_fingerprint", \.tokenizerFingerprint),
      ("chat_template_sha256", \.chatTemplateSHA256), ("blas", \.blas),
    ]
  }

  /// Attributes that only stand where there is something to say.
  private static var optional: [(name: String, value: WritableKeyPath<Provenance, String>)] {
    [("template_date", \.templateDate), ("template_arguments", \.templateArguments)]
  }

  private var written: [(name: String, value: String)] {
    (Self.texts + Self.optional.filter { !self[keyPath: $0.value].isEmpty })
      .map { ($0.name, self[keyPath: $0.value]) }
  }

  /// The attributes that hold numbers.
  private static var numbers: [(name: String, value: WritableKeyPath<Provenance, Int>)] {
    [("threads", \.threads), ("seed", \.seed)]
  }

  /// The names of all attributes.
  static var names: [String] { (texts + optional).map(\.name) + numbers.map(\.name) }
}

extension Provenance {
  /// The attributes as the members of a JSON object, where the template's arguments are an object too.
  public var json: JSONObject {
    JSONObject(
      written.map { JSONObject.Member(key: $0.name, value: jsonValue($0.name, $0.value)) }
        + Self.numbers.map {
          JSONObject.Member(key: $0.name, value: .integer(self[keyPath: $0.value]))
        })
  }

  private func jsonValue(_ name: String, _ text: String) -> JSONValue {
    let parsed = name == "template_arguments" ? try? JSONValue(parsing: text) : nil
    return parsed ?? .string(text)
  }

  /// Writes the attributes.
  ///
  /// - Parameter root: Root group of a new file.
  /// - Throws: `HDF5Error.callFailed`.
  package func write(to root: borrowing Group) throws(HDF5Error) {
    for (name, value) in written { try root.setAttribute(name, value) }
    for (name, value) in Self.numbers {
      try root.setAttribute(name, Int64(self[keyPath: value]))
    }
  }

  /// Reads the attributes; those that are absent stay empty, as files of other makers may lack some.
  ///
  /// - Parameter root: Root group.
  /// - Throws: `HDF5Error` for attributes of another type.
  package init(from root: StoredGroup) throws(HDF5Error) {
    self.init(created: "")
    for (name, value) in Self.texts + Self.optional where try root.hasAttribute(name) {
      self[keyPath: value] = try root.textAttribute(name)
    }
    for (name, value) in Self.numbers where try root.hasAttribute(name) {
      self[keyPath: value] = Int(try root.attribute(name, as: Int64.self))
    }
  }
}
