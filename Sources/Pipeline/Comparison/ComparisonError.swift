import Failures
import HDF5
import LinearAlgebra

/// Why subspaces cannot be compared.
public enum ComparisonError: Failure, Equatable {
  /// A file cannot be read or written.
  case file(HDF5Error)
  /// A gradient cannot be decomposed.
  case gradient(path: String, member: String, module: String, LinearAlgebraError)
  /// A file has neither factors nor singular vectors of what is to be compared.
  case noVectors(path: String, member: String, module: String)
  /// There are no two subspaces.
  case nothingToCompare(path: String, reason: String)
  /// The weights of a model cannot be read.
  case model(kind: FailureKind, String)
  /// A module has another shape in the other file.
  case shapesDiffer(path: String, module: String, shape: String, other: String)

  /// The kind, which decides the exit code.
  public var kind: FailureKind {
    switch self {
    case .file(let error): error.kind
    case .gradient(_, _, _, let error): error.kind
    case .model(let kind, _): kind
    case .noVectors, .nothingToCompare, .shapesDiffer: .badData
    }
  }

  /// One line that names the file, the place and the cause.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .gradient(let path, let member, let module, let error):
      "\(path): \(member), \(module): \(error)"
    case .noVectors(let path, let member, let module):
      "\(path): \(member), \(module): no singular vectors are stored (decompose-gradients without "
        + "--no-vectors stores them)"
    case .model(_, let description): description
    case .nothingToCompare(let path, let reason): "\(path): nothing to compare: \(reason)"
    case .shapesDiffer(let path, let module, let shape, let other):
      "\(path): \(module) is \(shape), in the other file \(other)"
    }
  }

  static func ofFile<Value: ~Copyable>(_ body: () throws(HDF5Error) -> Value)
    throws(ComparisonError) -> Value
  {
    do throws(HDF5Error) { return try body() } catch { throw .file(error) }
  }
}
