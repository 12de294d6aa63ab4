import LinearAlgebra
import RandomNumbers
import Transformer

/// The tensors of a model that learnt nothing: the matrix of each linear module is a Gaussian one of the same
/// Frobenius norm.
///
/// Embedding, head, norms and biases stay, so that tokens and the residual stream's scale do. Each row of
/// each matrix has a stream of random numbers of its own: rows can be read in any order, as often as
/// need be, by any number of threads.
public struct UntrainedTensors: TensorSource {
  private let trained: any TensorSource
  private let seed: Int
  /// The module of a tensor, and what its Gaussian numbers are multiplied by.
  private let replacements: [String: (module: LinearModule, scale: Float)]

  /// Finds the norms, for which each matrix is read once.
  ///
  /// - Parameters:
  ///   - trained: The model's tensors.
  ///   - configuration: What the model computes.
  ///   - seed: Start of every sequence of the run.
  /// - Throws: `ModelError.nonFiniteWeight`, or when a matrix cannot be read.
  public init(
    _ trained: any TensorSource, _ configuration: ModelConfiguration, seed: Int
  ) throws {
    self.trained = trained
    self.seed = seed
    var replacements: [String: (module: LinearModule, scale: Float)] = [:]
    for module in configuration.linearModules {
      let name = module.checkpointName + ".weight"
      replacements[name] = (module, try Self.scale(of: module, named: name, trained, seed: seed))
    }
    self.replacements = replacements
  }

  /// The shape of a tensor, which stays.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The shape, or nil when there is no such tensor.
  public func shape(of name: String) -> [Int]? { trained.shape(of: name) }

  /// Has the pages of a tensor read ahead, unless its values are drawn.
  ///
  /// - Parameter name: The tensor.
  public func willRead(_ name: String) {
    if replacements[name] == nil { trained.willRead(name) }
  }

  /// Gives the pages of rows back.
  ///
  /// - Parameters:
  ///   - name: The tensor.
  ///   - rows: Its rows that have been read.
  public func didRead(_ name: String, rows: Range<Int>) {
    if replacements[name] == nil { trained.didRead(name, rows: rows) }
  }

  /// Draws rows of a matrix that learnt nothing, or reads those of another tensor.
  ///
  /// - Parameters:
  ///   - name: The tensor.
  ///   - rows: Its rows.
  ///   - destination: As many elements as the rows have; overwritten.
  /// - Throws: When the data cannot be read.
  public func read(
    _ name: String, rows: Range<Int>, into destination: inout MutableSpan<Float>
  ) throws {
    guard let (module, scale) = replacements[name] else {
      return try trained.read(name, rows: rows, into: &destination)
    }
    Self.draw(rows, of: module, seed: seed, into: &destination)
    for place in destination.indices { destination[place] *= scale }
  }

  /// Overwrites `values` with the Gaussian numbers of some rows.
  private static func draw(
    _ rows: Range<Int>, of module: LinearModule, seed: Int, into values: inout MutableSpan<Float>
  ) {
    for (index, row) in rows.enumerated() {
      var draws = SplitMix64(
        seed: seed, for: [GradientControl.untrained.rawValue, module.name, "\(row)"])
      for column in 0..<module.inFeatures {
        values[index * module.inFeatures + column] = Float(draws.normal())
      }
    }
  }

  /// The Frobenius norm of a matrix over that of its Gaussian numbers.
  private static func scale(
    of module: LinearModule, named name: String, _ trained: any TensorSource, seed: Int
  ) throws -> Float {
    let (count, step) = (module.outFeatures, WeightMatrix.rowsInKernel)
    let parts = stride(from: 0, to: count, by: step).map { $0..<min($0 + step, count) }
    let squares = try parallelMap(parts.count) { index in
      let rows = parts[index]
      var values = Matrix(uninitializedRows: rows.count, columns: module.inFeatures)
      var span = values.mutableSpan
      try trained.read(name, rows: rows, into: &span)
      try trained.requireFinite(span.span, name, rows: rows)
      let own = squareSum(span.span)
      draw(rows, of: module, seed: seed, into: &span)
      return (own: own, drawn: squareSum(span.span))
    }
    trained.didRead(name, rows: 0..<count)
    let (own, drawn) = squares.reduce((0.0, 0.0)) { ($0.0 + $1.own, $0.1 + $1.drawn) }
    return Float(own.squareRoot() / drawn.squareRoot())
  }

  private static func squareSum(_ values: Span<Float>) -> Double {
    var sum = 0.0
    for index in values.indices { sum += Double(values[index]) * Double(values[index]) }
    return sum
  }
}
