import OrderedJSON
import Tokens

/// A JSON value and the path that led to it, so that every complaint can name its place.
struct JSONSection {
  let value: JSONValue
  let path: String

  /// The path of a member; a key that is too long for a message is cut.
  func path(of key: String) -> String {
    let limit = 80
    let name = key.utf8.count <= limit ? key : String(key.unicodeScalars.prefix(limit)) + "..."
    return path.isEmpty ? name : "\(path).\(name)"
  }

  /// The member, or nil when it is missing or null.
  func optional(_ key: String) -> JSONSection? {
    guard let member = value[key], !member.isNull else { return nil }
    return JSONSection(value: member, path: path(of: key))
  }

  /// The member, which has to be there and not null.
  func required(_ key: String) throws(TokenizerError) -> JSONSection {
    guard let member = optional(key) else { throw .missing(key: path(of: key)) }
    return member
  }

  /// The elements of this array.
  func elements() throws(TokenizerError) -> [JSONSection] {
    guard let elements = value.arrayValue else { throw wrongType("an array") }
    return elements.enumerated().map { JSONSection(value: $1, path: "\(path)[\($0)]") }
  }

  /// The members of this object.
  func members() throws(TokenizerError) -> [JSONObject.Member] {
    guard let object = value.objectValue else { throw wrongType("an object") }
    return object.members
  }

  /// This string.
  func string() throws(TokenizerError) -> String {
    guard let string = value.stringValue else { throw wrongType("a string") }
    return string
  }

  /// This boolean.
  func boolean() throws(TokenizerError) -> Bool {
    guard let boolean = value.boolValue else { throw wrongType("a boolean") }
    return boolean
  }

  /// This token id; inside the tokenizer ids are without sign, as in the `tokenizers` library.
  func tokenID() throws(TokenizerError) -> UInt32 {
    guard let integer = value.integerValue else { throw wrongType("an integer") }
    guard let id = TokenID(exactly: integer), id >= 0 else {
      throw .invalid(
        key: path, value: "\(integer)", reason: "a token id is from 0 to \(TokenID.max)")
    }
    return UInt32(id)
  }

  /// This count.
  func count() throws(TokenizerError) -> Int {
    guard let integer = value.integerValue else { throw wrongType("an integer") }
    guard integer >= 0 else {
      throw .invalid(key: path, value: "\(integer)", reason: "a count is not negative")
    }
    return integer
  }

  /// This string of exactly one scalar.
  func scalar() throws(TokenizerError) -> Unicode.Scalar {
    let string = try string()
    guard let first = string.unicodeScalars.first, string.unicodeScalars.count == 1 else {
      throw .invalid(key: path, value: string, reason: "it should be a single character")
    }
    return first
  }

  /// A string member, or nil when it is missing or null.
  func optionalString(_ key: String) throws(TokenizerError) -> String? {
    guard let member = optional(key) else { return nil }
    return try member.string()
  }

  /// A boolean member, or its default when it is missing or null.
  func boolean(_ key: String, default fallback: Bool) throws(TokenizerError) -> Bool {
    guard let member = optional(key) else { return fallback }
    return try member.boolean()
  }

  /// The member `type`, which every part of a tokenizer has.
  func type() throws(TokenizerError) -> String { try required("type").string() }

  /// The error that this kind of part is known but not implemented.
  func unsupportedType(_ type: String) -> TokenizerError {
    .unsupported(key: path(of: "type"), value: type)
  }

  private func wrongType(_ expected: String) -> TokenizerError {
    .wrongType(key: path, expected: expected, found: value.kind)
  }
}
