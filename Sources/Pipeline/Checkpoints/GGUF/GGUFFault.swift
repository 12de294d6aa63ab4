/// What is wrong with a GGUF file, or what in it is not supported.
public enum GGUFFault: Error, Equatable, Sendable {
  // The header.
  /// The file does not begin with "GGUF".
  case wrongMagic
  /// The file was written for machines of the other byte order.
  case bigEndian
  /// A version other than 2 and 3.
  case unsupportedVersion(UInt32)
  /// The file ends inside what is being read.
  case truncated(offset: Int, what: String)
  /// More of something than the file can hold or than any real file has.
  case tooMany(what: String, count: UInt64, limit: Int)
  /// The file is one part of several.
  case split(count: Int)

  // Metadata.
  /// A value that is needed is not UTF-8.
  case unreadableText(String)
  /// A key or name that is not UTF-8.
  case invalidUTF8(offset: Int)
  /// A value of a type that the format does not know.
  case unknownValueType(key: String, code: UInt32)
  /// Arrays in arrays, too many levels.
  case nestedTooDeeply(key: String, limit: Int)
  /// Two values have one key.
  case duplicateKey(String)
  /// The alignment is no power of two, or of another type.
  case invalidAlignment
  /// A value that the model cannot be understood without is not there.
  case missingValue(key: String)
  /// A value has another type or lies outside what is possible.
  case invalidValue(key: String, value: String, expected: String)

  // Tensors.
  /// Two tensors have one name.
  case duplicateTensor(String)
  /// More dimensions than ggml has.
  case tooManyDimensions(tensor: String, count: UInt32, limit: Int)
  /// A type with a number that is not known.
  case unknownElementType(tensor: String, code: UInt32)
  /// The sizes of a tensor multiply to more than an integer holds.
  case shapeOverflows(tensor: String)
  /// The rows of a tensor are no whole number of blocks.
  case partialBlock(tensor: String, columns: Int, elementType: ElementType)
  /// A tensor does not start at a multiple of the alignment.
  case misaligned(tensor: String, offset: UInt64, alignment: Int)
  /// A tensor ends after the file.
  case pastEnd(tensor: String, end: Int, fileByteCount: Int)
  /// Two tensors share bytes.
  case overlap(tensor: String, other: String)

  // The model.
  /// An architecture whose tensors we do not know.
  case unsupportedArchitecture(String)
  /// A tensor that has no counterpart in the model of this architecture.
  case unexpectedTensor(String, architecture: String)
  /// The rows of a tensor do not divide into heads.
  case unevenHeads(tensor: String, rows: Int, heads: Int)
}

extension GGUFFault: CustomStringConvertible {
  /// The fault in a few words.
  public var description: String {
    switch self {
    case .wrongMagic: "is no GGUF file"
    case .bigEndian: "is a big-endian GGUF file, which is not supported"
    case .unsupportedVersion(let version): "GGUF version \(version), only 2 and 3 are supported"
    case .truncated(let offset, let what): "ends at byte \(offset) inside \(what)"
    case .tooMany(let what, let count, let limit): "\(count) \(what), at most \(limit) are possible"
    case .split(let count): "is one of \(count) parts, which must be merged first"
    case .invalidUTF8(let offset): "text at byte \(offset) is not UTF-8"
    case .unreadableText(let key): "\(quoted(key)) holds text that is not UTF-8"
    case .unknownValueType(let key, let code): "\(quoted(key)) has the unknown value type \(code)"
    case .nestedTooDeeply(let key, let limit): "\(quoted(key)) is nested over \(limit) levels"
    case .duplicateKey(let key): "\(quoted(key)) appears twice"
    case .invalidAlignment: "'general.alignment' is no power of two in 32 bits"
    case .missingValue(let key): "\(quoted(key)) is missing"
    case .invalidValue(let key, let value, let expected):
      "\(quoted(key)) is \(value), not \(expected)"
    case .duplicateTensor(let tensor): "tensor \(quoted(tensor)) appears twice"
    case .tooManyDimensions(let tensor, let count, let limit):
      "tensor \(quoted(tensor)) has \(count) dimensions, at most \(limit) are possible"
    case .unknownElementType(let tensor, let code):
      "tensor \(quoted(tensor)) has the unknown type number \(code)"
    case .shapeOverflows(let tensor):
      "tensor \(quoted(tensor)) has more elements than the largest integer"
    case .partialBlock(let tensor, let columns, let type):
      "tensor \(quoted(tensor)): rows of \(columns) do not divide into blocks of \(type.rawValue)"
    case .misaligned(let tensor, let offset, let alignment):
      "tensor \(quoted(tensor)) starts at byte \(offset) of the data, no multiple of \(alignment)"
    case .pastEnd(let tensor, let end, let fileByteCount):
      "tensor \(quoted(tensor)) ends at byte \(end) of a file of \(fileByteCount)"
    case .overlap(let tensor, let other):
      "tensor \(quoted(tensor)) shares bytes with \(quoted(other))"
    case .unsupportedArchitecture(let name): "architecture \(quoted(name)) is not supported"
    case .unexpectedTensor(let tensor, let architecture):
      "tensor \(quoted(tensor)) is not known in architecture \(quoted(architecture))"
    case .unevenHeads(let tensor, let rows, let heads):
      "tensor \(quoted(tensor)): \(rows) rows do not divide into \(heads) heads"
    }
  }
}
