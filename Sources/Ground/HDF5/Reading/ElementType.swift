/// The datatype message: how an element is stored.
///
/// Numbers are read in the sizes that machines have; whatever is rarer is named and refused.
/// Source: HDF5 File Format Specification, IV.A.2.d.
struct ElementType {
  enum Form: Equatable {
    case integer(isSigned: Bool)
    case enumeration(isSigned: Bool)
    case float
    case fixedText(isPaddedWithSpaces: Bool)
    case variableText
    case compound
    case other
  }

  let form: Form
  /// Bytes of an element in the file.
  let byteCount: Int
  let isBigEndian: Bool

  init(_ message: Cursor) throws(HDF5Error) {
    var cursor = message
    try self.init(reading: &cursor, depth: 0)
  }

  private init(reading cursor: inout Cursor, depth: Int) throws(HDF5Error) {
    let head = try cursor.byte()
    let bits = [try cursor.byte(), try cursor.byte(), try cursor.byte()]
    byteCount = try cursor.number(4)
    guard byteCount > 0, (1...5).contains(head >> 4) else {
      throw cursor.damaged("has elements of \(byteCount) bytes in version \(head >> 4)")
    }
    var isBigEndian = bits[0] & 1 != 0
    switch head & 15 {
    case 0:
      let isWhole = try Self.isWhole(&cursor, byteCount) && [1, 2, 4, 8].contains(byteCount)
      form = isWhole ? .integer(isSigned: bits[0] & 8 != 0) : .other
    case 1:
      form = try Self.isIEEE(&cursor, byteCount, bits) ? .float : .other
    case 3:
      form = .fixedText(isPaddedWithSpaces: bits[0] & 15 == 2)
    case 6: form = .compound
    case 8:
      guard depth == 0 else { throw cursor.damaged("is an enumeration of enumerations") }
      let base = try ElementType(reading: &cursor, depth: 1)
      isBigEndian = base.isBigEndian
      if case .integer(let isSigned) = base.form, base.byteCount == byteCount {
        form = .enumeration(isSigned: isSigned)
      } else {
        form = .other
      }
    case 9:
      let expected = 4 + cursor.file.addressWidth + 4
      form = bits[0] & 15 == 1 && byteCount == expected ? .variableText : .other
    default: form = .other
    }
    self.isBigEndian = isBigEndian
  }

  /// Whether an integer fills its bytes.
  private static func isWhole(_ cursor: inout Cursor, _ byteCount: Int) throws(HDF5Error) -> Bool {
    let (offset, precision) = (try cursor.number(2), try cursor.number(2))
    return offset == 0 && precision == 8 * byteCount
  }

  /// Whether a number is one of IEEE 754's binary16, binary32 and binary64.
  private static func isIEEE(_ cursor: inout Cursor, _ byteCount: Int, _ bits: [UInt8])
    throws(HDF5Error) -> Bool
  {
    let isWhole = try isWhole(&cursor, byteCount)
    let places = try cursor.take(4).map(Int.init)
    let bias = try cursor.number(4)
    // Normalised with a hidden one, the sign in the last bit, no VAX order.
    guard isWhole, bits[0] >> 4 & 3 == 2, Int(bits[1]) == 8 * byteCount - 1, bits[0] & 64 == 0
    else { return false }
    switch byteCount {
    case 2: return places == [10, 5, 0, 10] && bias == 15
    case 4: return places == [23, 8, 0, 23] && bias == 127
    case 8: return places == [52, 11, 0, 52] && bias == 1023
    default: return false
    }
  }

  /// The kind of element.
  var kind: ElementKind {
    switch form {
    case .integer, .enumeration: .integer
    case .float: byteCount <= 4 ? .float32 : .float64
    case .fixedText, .variableText: .text
    case .compound, .other: .other
    }
  }

  /// The kind of element in words, for messages.
  var words: String {
    switch form {
    case .integer: "integers"
    case .enumeration: "enumerated integers"
    case .float: "floating-point numbers"
    case .fixedText, .variableText: "strings"
    case .compound: "compound values"
    case .other: "values of another type"
    }
  }

  /// Checks that the elements convert to a number without changing their meaning.
  ///
  /// - Parameters:
  ///   - type: What the caller wants: floats also accept integers, not the reverse.
  ///   - path: File and object, for the error.
  /// - Throws: `unexpectedType`.
  func requireConvertible(to type: ScalarType, path: String) throws(HDF5Error) {
    if kind == .integer || (form == .float && type.isFloat) { return }
    let expected = type.isFloat ? "floating-point numbers" : "integers"
    throw .unexpectedType(
      path: path, expected: expected, found: "\(words) of \(byteCount) bytes")
  }
}
