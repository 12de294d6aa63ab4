import OrderedJSON

/// A file of a model folder that may be missing.
enum ModelFile {
  private static let byteLimit = 1 << 28

  /// The bytes of a file, nil where there is none.
  static func contents(of path: String) throws(ConversationError) -> [UInt8]? {
    do throws(InputFile.Problem) {
      return try InputFile.contents(of: path, limit: byteLimit)
    } catch {
      throw ConversationError(.unreadable(path: path, reason: error.reason))
    }
  }

  /// The text of a file, nil where there is none.
  static func text(_ path: String) throws(ConversationError) -> String? {
    guard let bytes = try contents(of: path) else { return nil }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw ConversationError(.malformedFile(path: path, reason: "not UTF-8"))
    }
    return text
  }

  /// The names of the files in a folder, sorted; none where there is no such folder.
  static func names(in folder: String) throws(ConversationError) -> [String] {
    do throws(InputFile.Problem) {
      return try InputFile.names(in: folder)
    } catch {
      throw ConversationError(.unreadable(path: folder, reason: error.reason))
    }
  }

  /// The JSON of a file, nil where there is none.
  static func json(_ path: String) throws(ConversationError) -> JSONValue? {
    guard let bytes = try contents(of: path) else { return nil }
    return try json(bytes, path)
  }

  /// The JSON that the bytes of a file hold.
  static func json(_ bytes: [UInt8], _ path: String) throws(ConversationError) -> JSONValue {
    do throws(JSONError) {
      return try JSONValue(parsing: bytes)
    } catch {
      throw ConversationError(.malformedFile(path: path, reason: error.description))
    }
  }
}

/// A JSON object of a model folder; empty where there is no such file.
struct ModelDocument {
  let path: String
  let json: JSONObject

  /// Reads a file.
  ///
  /// - Throws: `unreadable`, or `malformedFile` for what is no JSON object.
  init(_ path: String) throws(ConversationError) {
    self.path = path
    guard let value = try ModelFile.json(path) else {
      json = JSONObject()
      return
    }
    guard let object = value.objectValue else {
      throw ConversationError(.malformedFile(path: path, reason: "is \(value.kind), not an object"))
    }
    json = object
  }

  /// The metadata of a GGUF file.
  init(path: String, metadata: JSONObject) {
    self.path = path
    json = metadata
  }

  /// The object as a value.
  var value: JSONValue { .object(json) }

  /// The token ids of a member: one, several, or none where it is missing or null.
  ///
  /// - Throws: `malformedFile` for anything else.
  func tokenIDs(_ key: String) throws(ConversationError) -> [Int] {
    guard let value = json[key], !value.isNull else { return [] }
    let elements = value.arrayValue ?? [value]
    let ids = elements.compactMap(\.integerValue)
    guard ids.count == elements.count else {
      throw malformed("\(key) is \(value.kind), not a token id or a list of them")
    }
    return ids
  }

  /// The error of a member that is not what it should be.
  func malformed(_ reason: String) -> ConversationError {
    ConversationError(.malformedFile(path: path, reason: reason))
  }
}
