import OrderedJSON
import RandomNumbers

/// Makes malformed variants of a sound JSON document, the same ones for the same seed.
///
/// Each variant has one to three members replaced, removed, repeated or wrapped, most of them by
/// what readers stumble over: other types, numbers out of range, empty and endless things.
package struct JSONFuzzer {
  private var random: SplitMix64

  /// Characters that mean something in JSON, in templates or in regular expressions.
  private static let syntax = Array("{}[]()%|\"'\\-+.,:*?{0a \n".utf8)

  /// Begins a sequence of variants.
  package init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// A variant of a document.
  package mutating func variant(of document: JSONValue) -> JSONValue {
    var result = document
    for _ in 0...number(below: 3) { result = mutated(result, in: document) }
    return result
  }

  /// A text with a few of its bytes replaced, removed, or written twice.
  package mutating func variant(of text: [UInt8]) -> [UInt8] {
    var bytes = text
    for _ in 0...number(below: 4) where !bytes.isEmpty {
      let start = number(below: bytes.count)
      let range = start..<min(bytes.count, start + 1 + number(below: 12))
      switch number(below: 4) {
      case 0: bytes.removeSubrange(range)
      case 1: bytes.insert(contentsOf: bytes[range], at: number(below: bytes.count))
      case 2: bytes[start] = UInt8(truncatingIfNeeded: random.next())
      default: bytes[start] = Self.syntax[number(below: Self.syntax.count)]
      }
    }
    return bytes
  }

  /// A number from 0 up to a limit.
  package mutating func number(below limit: Int) -> Int {
    Int(truncatingIfNeeded: random.next() >> 1) % limit
  }

  // MARK: Documents

  private mutating func mutated(_ value: JSONValue, in document: JSONValue) -> JSONValue {
    switch value {
    case .array(var elements) where !elements.isEmpty && number(below: 4) != 0:
      let index = number(below: elements.count)
      switch number(below: 8) {
      case 0: elements.remove(at: index)
      case 1: elements.append(elements[index])
      default: elements[index] = mutated(elements[index], in: document)
      }
      return .array(elements)
    case .object(let object) where !object.members.isEmpty && number(below: 6) != 0:
      var members = object.members
      let index = number(below: members.count)
      switch number(below: 10) {
      case 0: members.remove(at: index)
      case 1: members.append(members[index])
      case 2: members[index].key = strings[number(below: strings.count)]
      default: members[index].value = mutated(members[index].value, in: document)
      }
      return .object(JSONObject(members))
    default: return replacement(of: value, in: document)
    }
  }

  private mutating func replacement(of value: JSONValue, in document: JSONValue) -> JSONValue {
    switch number(below: 10) {
    case 0: .null
    case 1: .bool(random.next() & 1 == 0)
    case 2, 3: numbers[number(below: numbers.count)]
    case 4, 5: .string(strings[number(below: strings.count)])
    case 6: [value]
    case 7: ["type": value]
    case 8: (0..<60).reduce(value) { nested, _ in .array([nested]) }
    default: [.array([]), .object(JSONObject()), document][number(below: 3)]
    }
  }

  private var numbers: [JSONValue] {
    [
      0, -1, 1, 2, 255, 65_536, 4_294_967_295, 4_294_967_296, .integer(.max), .integer(.min), 0.5,
      1e300, -1e300, .number(.infinity),
    ]
  }

  private var strings: [String] {
    [
      "", " ", "a", "<0x0A>", "<s>", "\u{2581}", "\u{0}", "é", "e\u{301}", "\u{10ffff}", "type",
      "Sequence", "Replace", "Split", "NFKC", "ByteLevel", "(a+)+$", "(?<=a{9999}|b)", "[[:",
      "\\p{",
      "(?:a{1,100}){1,100}", "..", "/", "model.safetensors", String(repeating: "x", count: 5_000),
    ]
  }
}
