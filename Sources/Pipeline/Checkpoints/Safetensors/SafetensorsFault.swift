import OrderedJSON

/// What is wrong with a safetensors file or with the index of several.
public enum SafetensorsFault: Error, Equatable, Sendable {
  /// The file is shorter than the eight bytes that give the length of the header.
  case tooShort(byteCount: Int)
  /// The header claims to be longer than any real one.
  case headerTooLarge(byteCount: UInt64, limit: Int)
  /// The header ends after the file.
  case headerPastEnd(byteCount: Int, fileByteCount: Int)
  /// The header is not JSON.
  case headerNotJSON(JSONError)
  /// The header is JSON but no object.
  case headerNotObject(found: String)
  /// `__metadata__` is more than a map from strings to strings.
  case metadataNotStrings(key: String)
  /// Two tensors have one name.
  case duplicateTensor(String)
  /// A tensor's entry lacks a field, repeats it, or gives it another form.
  case malformedEntry(tensor: String, field: String)
  /// The sizes of a tensor multiply to more than an integer holds.
  case shapeOverflows(tensor: String, shape: [Int])
  /// A tensor's bytes are not what its shape and type ask for.
  case sizeMismatch(tensor: String, byteCount: Int, shape: [Int], elementType: ElementType)
  /// A tensor begins before the one before it ends, or leaves a gap.
  case offsetsNotContiguous(tensor: String, start: Int, expected: Int)
  /// The tensors end before or after the file does.
  case dataLengthMismatch(described: Int, available: Int)

  /// The index has no `weight_map`, or one that is no map from strings to strings.
  case malformedIndex(key: String)
  /// The index names a file in another folder.
  case unsafeShardName(tensor: String, shard: String)
  /// A file that the index names is not there.
  case missingShard(tensor: String, shard: String)
  /// A file does not hold a tensor that the index places in it.
  case tensorNotInShard(tensor: String, shard: String)
}

extension SafetensorsFault: CustomStringConvertible {
  /// The fault in a few words.
  public var description: String {
    switch self {
    case .tooShort(let byteCount):
      "is no safetensors file: \(byteCount) bytes, at least 8 are needed"
    case .headerTooLarge(let byteCount, let limit):
      "header of \(byteCount) bytes, at most \(limit) are allowed"
    case .headerPastEnd(let byteCount, let fileByteCount):
      "header of \(byteCount) bytes in a file of \(fileByteCount)"
    case .headerNotJSON(let error): "header: \(error)"
    case .headerNotObject(let found): "header is \(found), not an object"
    case .metadataNotStrings(let key): "__metadata__: \(quoted(key)) is not a string"
    case .duplicateTensor(let tensor): "tensor \(quoted(tensor)) appears twice"
    case .malformedEntry(let tensor, let field):
      "tensor \(quoted(tensor)): \(quoted(field)) is missing, repeated or malformed"
    case .shapeOverflows(let tensor, let shape):
      "tensor \(quoted(tensor)): shape \(shape) is beyond the largest integer"
    case .sizeMismatch(let tensor, let byteCount, let shape, let elementType):
      "tensor \(quoted(tensor)): \(byteCount) bytes for shape \(shape) of \(elementType.rawValue)"
    case .offsetsNotContiguous(let tensor, let start, let expected):
      "tensor \(quoted(tensor)) starts at byte \(start) of the data, not at \(expected)"
    case .dataLengthMismatch(let described, let available):
      "tensors of \(described) bytes in \(available) bytes of data"
    case .malformedIndex(let key): "index: \(quoted(key)) is missing or malformed"
    case .unsafeShardName(let tensor, let shard):
      "index: tensor \(quoted(tensor)) is in \(quoted(shard)), which is no plain file name"
    case .missingShard(let tensor, let shard):
      "index: tensor \(quoted(tensor)) is in \(quoted(shard)), which does not exist"
    case .tensorNotInShard(let tensor, let shard):
      "index: \(quoted(shard)) does not hold tensor \(quoted(tensor))"
    }
  }
}
