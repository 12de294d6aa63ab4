import Files
import OrderedJSON

/// The header of a safetensors file, checked.
struct SafetensorsHeader {
  /// Longest header that is read: the limit of Hugging Face's reader.
  static let byteLimit = 100_000_000

  private struct Entry {
    let descriptor: TensorDescriptor
    let start: Int
    let end: Int
    /// The name of a type that the format has gained since, or nil.
    var unknownType: String?
  }

  private let entries: [Entry]
  private let dataStart: Int

  init(reading file: MappedFile) throws(SafetensorsFault) {
    guard file.byteCount >= 8 else { throw .tooShort(byteCount: file.byteCount) }
    let length = file.withBytes(in: 0..<8) { bytes in
      unsafe bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
    }
    guard length <= UInt64(Self.byteLimit) else {
      throw .headerTooLarge(byteCount: length, limit: Self.byteLimit)
    }
    dataStart = 8 + Int(length)
    guard dataStart <= file.byteCount else {
      throw .headerPastEnd(byteCount: Int(length), fileByteCount: file.byteCount)
    }
    entries = try Self.entries(in: file.bytes(in: 8..<dataStart))
    try checkCoverage(of: file.byteCount - dataStart)
  }

  /// The tensors as parts of the file.
  func table(of file: MappedFile) throws(SafetensorsFault) -> TensorTable {
    var table = TensorTable(path: file.path)
    for entry in entries {
      let range = dataStart + entry.start..<dataStart + entry.end
      let tensor = StoredTensor(
        descriptor: entry.descriptor, file: file, byteRange: range, unknownType: entry.unknownType)
      guard table.insert(tensor) else { throw .duplicateTensor(entry.descriptor.name) }
    }
    return table
  }

  /// Tensors sorted by position must follow each other from the first byte to the last.
  private func checkCoverage(of available: Int) throws(SafetensorsFault) {
    var position = 0
    for entry in entries {
      guard entry.start == position else {
        throw .offsetsNotContiguous(
          tensor: entry.descriptor.name, start: entry.start, expected: position)
      }
      position = entry.end
    }
    guard position == available else {
      throw .dataLengthMismatch(described: position, available: available)
    }
  }

  private static func entries(in header: [UInt8]) throws(SafetensorsFault) -> [Entry] {
    let json: JSONValue
    do { json = try JSONValue(parsing: header) } catch { throw .headerNotJSON(error) }
    guard let object = json.objectValue else { throw .headerNotObject(found: json.kind) }
    var entries: [Entry] = []
    for member in object.members {
      if member.key == "__metadata__" {
        try checkMetadata(member.value)
      } else {
        entries.append(try entry(member.key, member.value))
      }
    }
    return entries.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
  }

  private static func checkMetadata(_ metadata: JSONValue) throws(SafetensorsFault) {
    // Writers without anything to say may put null, which Hugging Face's reader takes for nothing.
    if metadata.isNull { return }
    guard let members = metadata.objectValue?.members else {
      throw .metadataNotStrings(key: "__metadata__")
    }
    for member in members where member.value.stringValue == nil {
      throw .metadataNotStrings(key: member.key)
    }
  }

  private static func entry(_ name: String, _ value: JSONValue) throws(SafetensorsFault) -> Entry {
    func field(_ key: String) throws(SafetensorsFault) -> JSONValue {
      let found = value.objectValue?.members.filter { $0.key == key } ?? []
      guard found.count == 1 else { throw .malformedEntry(tensor: name, field: key) }
      return found[0].value
    }
    guard let typeName = try field("dtype").stringValue else {
      throw .malformedEntry(tensor: name, field: "dtype")
    }
    let type = ElementType(safetensorsName: typeName)
    guard let shape = sizes(try field("shape")) else {
      throw .malformedEntry(tensor: name, field: "shape")
    }
    guard let offsets = sizes(try field("data_offsets")), offsets.count == 2,
      offsets[0] <= offsets[1]
    else { throw .malformedEntry(tensor: name, field: "data_offsets") }
    let byteCount = offsets[1] - offsets[0]
    let descriptor = TensorDescriptor(name: name, shape: shape, elementType: type ?? .unknown)
    guard let elements = descriptor.elementCount else {
      throw .shapeOverflows(tensor: name, shape: shape)
    }
    guard let type else {
      // What nothing needs is no reason to refuse a file; how large it should be nobody knows.
      return Entry(
        descriptor: descriptor, start: offsets[0], end: offsets[1], unknownType: typeName)
    }
    guard type.byteCount(of: elements) == byteCount else {
      throw .sizeMismatch(tensor: name, byteCount: byteCount, shape: shape, elementType: type)
    }
    return Entry(descriptor: descriptor, start: offsets[0], end: offsets[1])
  }

  /// Integers that are not negative.
  private static func sizes(_ value: JSONValue) -> [Int]? {
    guard let elements = value.arrayValue else { return nil }
    var sizes: [Int] = []
    for element in elements {
      guard case .integer(let size) = element, size >= 0 else { return nil }
      sizes.append(size)
    }
    return sizes
  }
}
