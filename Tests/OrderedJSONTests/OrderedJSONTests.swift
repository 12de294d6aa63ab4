import OrderedJSON
import Testing

@Suite struct ParsingTests {
  private func error(_ text: String) -> JSONError? {
    do {
      _ = try JSONValue(parsing: text)
      return nil
    } catch {
      return error
    }
  }

  @Test func membersKeepOrderAndRepetition() throws {
    let object = try #require(
      try JSONValue(parsing: #"{"b": 1, "a": 2, "b": 3}"#).objectValue)
    #expect(object.keys == ["b", "a", "b"])
    #expect(object["b"]?.integerValue == 3)
  }

  @Test func keysAreComparedByTheirBytes() throws {
    let json = try JSONValue(parsing: "{\"e\u{301}\": 1, \"\u{e9}\": 2}")
    #expect(json["\u{e9}"]?.integerValue == 2)
    #expect(json["e\u{301}"]?.integerValue == 1)
  }

  @Test func numbersKeepTheirKind() throws {
    let array = try #require(
      try JSONValue(parsing: "[1, 1.0, -0, 1e2, 9223372036854775808]").arrayValue)
    guard case .integer(1) = array[0], case .number(1) = array[1], case .number(100) = array[3]
    else {
      Issue.record("\(array)")
      return
    }
    #expect(array[4].doubleValue == 9_223_372_036_854_775_808)
  }

  @Test func whatIsNotThereIsNull() {
    let values: [JSONValue] = [
      JSONValue(0.5), JSONValue(2), JSONValue("a"), JSONValue(nil as Double?),
      JSONValue(nil as Int?), JSONValue(nil as String?),
    ]
    #expect(JSONValue.array(values).text() == #"[0.5,2,"a",null,null,null]"#)
  }

  @Test func escapes() throws {
    let json = try JSONValue(parsing: #""a\"\\\/\b\f\n\r\té😀\u0000""#)
    let expected: [UInt32] = [
      0x61, 0x22, 0x5c, 0x2f, 8, 12, 10, 13, 9, 0xe9, 0x1f600, 0,
    ]
    #expect(json.stringValue?.unicodeScalars.map(\.value) == expected)
  }

  @Test(arguments: [
    ("", JSONError(.unexpectedEnd, at: 0)), ("{", JSONError(.unexpectedEnd, at: 1)),
    ("[1,]", JSONError(.unexpectedByte(0x5d), at: 3)), ("01", JSONError(.invalidNumber, at: 0)),
    ("-", JSONError(.invalidNumber, at: 0)), ("1.", JSONError(.invalidNumber, at: 0)),
    ("1e", JSONError(.invalidNumber, at: 0)), (#""\x""#, JSONError(.invalidEscape, at: 1)),
    (#""\ud800""#, JSONError(.unpairedSurrogate, at: 1)),
    (#""\udc00""#, JSONError(.unpairedSurrogate, at: 1)),
    ("\"\u{1}\"", JSONError(.controlCharacterInString, at: 1)),
    ("1 2", JSONError(.trailingContent, at: 2)), ("nul", JSONError(.unexpectedEnd, at: 3)),
    ("NaN", JSONError(.unexpectedByte(0x4e), at: 0)),
    ("{1: 2}", JSONError(.unexpectedByte(0x31), at: 1)),
  ])
  func malformed(_ text: String, _ expected: JSONError) {
    // A control character ends the plain run of a string and is found by the escaped one.
    #expect(error(text) == expected, "\(text)")
  }

  @Test func invalidUTF8() {
    #expect(throws: JSONError(.invalidUTF8, at: 1)) {
      try JSONValue(parsing: [0x22, 0xff, 0x22])
    }
  }

  @Test func depthIsBounded() {
    let text = String(repeating: "[", count: 100_000)
    #expect(error(text) == JSONError(.nestedTooDeeply(limit: 512), at: 512))
  }
}

@Suite struct WritingTests {
  @Test(arguments: [
    "null", "true", "[1,2.5,-3]", #"{"b":1,"a":{"c":[]}}"#, #""é\n\u0001\"\\""#, "1e-07", "{}",
  ])
  func compactTextReadsBackTheSame(_ text: String) throws {
    #expect(try JSONValue(parsing: text).text() == text)
  }

  @Test func pretty() throws {
    let json: JSONValue = ["a": [1, 2], "b": [:], "c": []]
    #expect(
      json.text(.pretty) == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {},\n  \"c\": []\n}")
  }

  @Test func whatJSONCannotSayIsNull() {
    #expect(JSONValue.number(.nan).text() == "null")
    #expect(JSONValue.number(.infinity).text() == "null")
  }
}
