extension JSONValue {
  /// Parses one JSON text (RFC 8259) in UTF-8.
  ///
  /// Nothing is normalised: strings hold the scalars that were written. Memory is bounded by a
  /// constant times the length of the text, and the nesting by 512 levels.
  ///
  /// - Parameter bytes: The text; a leading byte order mark is passed over.
  /// - Throws: `JSONError` with the byte position.
  public init(parsing bytes: [UInt8]) throws(JSONError) {
    var parser = JSONParser(bytes: bytes)
    self = try parser.parseDocument()
  }

  /// Parses one JSON text.
  ///
  /// - Parameter text: The text.
  /// - Throws: `JSONError` with the byte position.
  public init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }
}

/// Recursive descent over the bytes of a text.
private struct JSONParser {
  static let depthLimit = 512

  let bytes: [UInt8]
  var position = 0
  var depth = 0

  init(bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }
  }

  mutating func parseDocument() throws(JSONError) -> JSONValue {
    let value = try parseValue()
    skipWhitespace()
    guard position == bytes.count else { throw JSONError(.trailingContent, at: position) }
    return value
  }

  private mutating func parseValue() throws(JSONError) -> JSONValue {
    skipWhitespace()
    switch try peek() {
    case UInt8(ascii: "{"):
      return try nested { parser throws(JSONError) in try parser.parseObject() }
    case UInt8(ascii: "["):
      return try nested { parser throws(JSONError) in try parser.parseArray() }
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "t"): return try parseLiteral("true", as: .bool(true))
    case UInt8(ascii: "f"): return try parseLiteral("false", as: .bool(false))
    case UInt8(ascii: "n"): return try parseLiteral("null", as: .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    case let byte: throw JSONError(.unexpectedByte(byte), at: position)
    }
  }

  private mutating func nested(
    _ body: (inout JSONParser) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> JSONValue {
    guard depth < Self.depthLimit else {
      throw JSONError(.nestedTooDeeply(limit: Self.depthLimit), at: position)
    }
    depth += 1
    defer { depth -= 1 }
    position += 1
    return try body(&self)
  }

  private mutating func parseObject() throws(JSONError) -> JSONValue {
    var members: [JSONObject.Member] = []
    skipWhitespace()
    if try consume(if: UInt8(ascii: "}")) { return .object(JSONObject()) }
    while true {
      skipWhitespace()
      guard try peek() == UInt8(ascii: "\"") else {
        throw JSONError(.unexpectedByte(bytes[position]), at: position)
      }
      let key = try parseString()
      skipWhitespace()
      try expect(UInt8(ascii: ":"))
      members.append(JSONObject.Member(key: key, value: try parseValue()))
      skipWhitespace()
      if try consume(if: UInt8(ascii: "}")) { return .object(JSONObject(members)) }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func parseArray() throws(JSONError) -> JSONValue {
    var elements: [JSONValue] = []
    skipWhitespace()
    if try consume(if: UInt8(ascii: "]")) { return .array([]) }
    while true {
      elements.append(try parseValue())
      skipWhitespace()
      if try consume(if: UInt8(ascii: "]")) { return .array(elements) }
      try expect(UInt8(ascii: ","))
    }
  }

  private mutating func parseLiteral(
    _ word: StaticString, as value: JSONValue
  ) throws(JSONError) -> JSONValue {
    for byte in "\(word)".utf8 { try expect(byte) }
    return value
  }

  // MARK: Numbers

  private mutating func parseNumber() throws(JSONError) -> JSONValue {
    let start = position
    _ = try consume(if: UInt8(ascii: "-"))
    let leading = position
    guard skipDigits() > 0 else { throw JSONError(.invalidNumber, at: start) }
    if position - leading > 1, bytes[leading] == UInt8(ascii: "0") {
      throw JSONError(.invalidNumber, at: start)
    }
    var isInteger = true
    if current == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      guard skipDigits() > 0 else { throw JSONError(.invalidNumber, at: start) }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isInteger = false
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      guard skipDigits() > 0 else { throw JSONError(.invalidNumber, at: start) }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isInteger, let value = Int(text) { return .integer(value) }
    guard let value = Double(text) else { throw JSONError(.invalidNumber, at: start) }
    return .number(value)
  }

  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
      position += 1
    }
    return position - start
  }

  // MARK: Strings

  private mutating func parseString() throws(JSONError) -> String {
    position += 1
    let start = position
    while let byte = current, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      position += 1
    }
    if current == UInt8(ascii: "\"") {  // The common case: nothing escaped.
      position += 1
      return try decoded(bytes[start..<(position - 1)], at: start)
    }
    return try parseEscapedString(from: start)
  }

  private mutating func parseEscapedString(from start: Int) throws(JSONError) -> String {
    var text = Array(bytes[start..<position])
    while true {
      let byte = try peek()
      if byte < 0x20 { throw JSONError(.controlCharacterInString, at: position) }
      position += 1
      if byte == UInt8(ascii: "\"") { return try decoded(text[...], at: start) }
      if byte == UInt8(ascii: "\\") {
        try appendEscape(to: &text)
      } else {
        text.append(byte)
      }
    }
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(JSONError) {
    let byte = try peek()
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(try parseEscapedScalar()).utf8)
    default: throw JSONError(.invalidEscape, at: position - 2)
    }
  }

  private mutating func parseEscapedScalar() throws(JSONError) -> Character {
    let start = position - 2
    var value = try parseHexadecimal()
    if (0xd800..<0xdc00).contains(value) {
      guard current == UInt8(ascii: "\\") else { throw JSONError(.unpairedSurrogate, at: start) }
      position += 1
      guard current == UInt8(ascii: "u") else { throw JSONError(.unpairedSurrogate, at: start) }
      position += 1
      let low = try parseHexadecimal()
      guard (0xdc00..<0xe000).contains(low) else { throw JSONError(.unpairedSurrogate, at: start) }
      value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = UnicodeScalar(value) else { throw JSONError(.unpairedSurrogate, at: start) }
    return Character(scalar)
  }

  private mutating func parseHexadecimal() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = try peek()
      guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
        throw JSONError(.invalidEscape, at: position)
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private func decoded(_ slice: ArraySlice<UInt8>, at start: Int) throws(JSONError) -> String {
    guard let text = String(validating: slice, as: UTF8.self) else {
      throw JSONError(.invalidUTF8, at: start)
    }
    return text
  }

  // MARK: Bytes

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func peek() throws(JSONError) -> UInt8 {
    guard let byte = current else { throw JSONError(.unexpectedEnd, at: position) }
    return byte
  }

  private mutating func consume(if byte: UInt8) throws(JSONError) -> Bool {
    guard try peek() == byte else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ byte: UInt8) throws(JSONError) {
    guard try consume(if: byte) else {
      throw JSONError(.unexpectedByte(bytes[position]), at: position)
    }
  }

  private mutating func skipWhitespace() {
    while let byte = current, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 {
      position += 1
    }
  }
}
