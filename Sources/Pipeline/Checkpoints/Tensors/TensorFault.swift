/// Why a tensor cannot be had from a file that is sound.
public enum TensorFault: Error, Equatable, Sendable {
  /// There is none of this name.
  case missing
  /// No conversion to float32 exists for this type.
  case unsupportedType(ElementType)
  /// The file names a type that is not known.
  case unknownType(String)
  /// It has more than two dimensions.
  case notAMatrix(shape: [Int])
}

extension TensorFault: CustomStringConvertible {
  /// The fault in a few words.
  public var description: String {
    switch self {
    case .missing: "is not in the file"
    case .unsupportedType(let type):
      "is stored as \(type.rawValue), which is not supported"
    case .unknownType(let name):
      "is stored as \(quoted(name)), which is not supported"
    case .notAMatrix(let shape): "has shape \(shape), more than two dimensions"
    }
  }
}
