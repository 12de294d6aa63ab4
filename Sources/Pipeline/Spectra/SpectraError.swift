import Failures
import HDF5
import LinearAlgebra
import ResultFiles
import SafetyGradients

/// Which gradient of a file is meant.
public struct GradientPlace: Equatable, Sendable, CustomStringConvertible {
  /// The gradients file.
  public let path: String
  /// Name of the example; nil for a mean.
  public let example: String?
  /// The kind of which it is the mean; nil for the mean of all.
  public let kind: String?
  /// The number of examples of which it is the mean, where it is not all.
  public let count: Int?
  /// Decoder layer, from 0.
  public let layer: Int
  /// What the weight does in the layer.
  public let projection: String

  /// Creates a place.
  ///
  /// - Parameters:
  ///   - path: The gradients file.
  ///   - example: Name of the example; nil for a mean.
  ///   - kind: The kind of which it is the mean; nil for the mean of all.
  ///   - count: The number of examples of which it is the mean; nil for all.
  ///   - layer: Decoder layer, from 0.
  ///   - projection: What the weight does in the layer.
  public init(
    path: String, example: String?, kind: String? = nil, count: Int? = nil, layer: Int,
    projection: String
  ) {
    self.path = path
    self.example = example
    self.kind = kind
    self.count = count
    self.layer = layer
    self.projection = projection
  }

  /// As in `G.h5: example 'refusal-3', layer 12, q_proj`.
  public var description: String {
    let whose =
      example.map { "example '\($0)'" } ?? "mean of "
      + (kind.map { "kind '\($0)'" } ?? count.map { "the first \($0) examples" }
        ?? "all examples")
    return "\(path): \(whose), layer \(layer), \(projection)"
  }

  init(_ gradients: GradientTables, _ source: SpectrumSource, module: Int) {
    let module = gradients.modules[module]
    path = gradients.path
    layer = module.layer
    projection = module.projection
    switch source {
    case .example(let index):
      (example, kind, count) = (gradients.examples[index].id, nil, nil)
    case .mean: (example, kind, count) = (nil, nil, nil)
    case .meanOfKind(let name): (example, kind, count) = (nil, name, nil)
    case .meanOfFirst(let place):
      (example, kind, count) = (nil, nil, gradients.examples.meanCounts[place])
    }
  }

  /// Runs `body`, adding the place to its errors.
  func naming<Result: ~Copyable>(
    _ body: () throws(LinearAlgebraError) -> Result
  ) throws(SpectraError) -> Result {
    do throws(LinearAlgebraError) {
      return try body()
    } catch {
      throw .gradient(self, error)
    }
  }
}

/// Why the gradients of a file could not be decomposed.
public enum SpectraError: Failure, Equatable {
  /// The gradients file could not be read or the spectra file not be written.
  case file(HDF5Error)
  /// A gradient could not be decomposed; the error names the factor, the token's row and the value.
  case gradient(GradientPlace, LinearAlgebraError)
  /// An adapter changes a weight that is not of a decoder layer.
  case notInALayer(path: String, module: String)
  /// A singular value is beyond float32, in which it would be stored.
  case overflow(GradientPlace, value: Double)

  /// The kind, which decides the exit code.
  public var kind: FailureKind {
    switch self {
    case .file(let error): error.kind
    case .gradient(_, let error): error.kind
    case .overflow, .notInALayer: .badData
    }
  }

  /// One line that names the file, the gradient and the value.
  public var description: String {
    switch self {
    case .file(let error): error.description
    case .gradient(let place, let error): "\(place): \(error)"
    case .notInALayer(let path, let module): "\(path): \(module) is no weight of a decoder layer"
    case .overflow(let place, let value): "\(place): singular value \(value) exceeds float32"
    }
  }

  /// Runs `body`, taking the errors of files as ours.
  static func ofFile<Result: ~Copyable>(
    _ body: () throws(HDF5Error) -> Result
  ) throws(SpectraError) -> Result {
    do throws(HDF5Error) {
      return try body()
    } catch {
      throw .file(error)
    }
  }
}
