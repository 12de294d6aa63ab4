import LinearAlgebra
import RandomNumbers
import Synchronization
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
  /// - Throws: When a matrix cannot be read.
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
    for (index, row) in rows.enumerated() {
      Self.draw(row: row, of: module, seed: seed, into: &destination, at: index) { $0 * scale }
    }
  }

  private static func draw(
    row: Int, of module: LinearModule, seed: Int, into values: inout MutableSpan<Float>,
    at place: Int = 0, _ scaled: (Float) -> Float = { $0 }
  ) {
    var draws = SplitMix64(
      seed: seed, for: [GradientControl.untrained.rawValue, module.name, "\(row)"])
    let start = place * module.inFeatures
    for column in start..<(start + module.inFeatures) {
      values[column] = scaled(Float(draws.normal()))
    }
  }

  /// The Frobenius norm of a matrix over that of its Gaussian numbers.
  private static func scale(
    of module: LinearModule, named name: String, _ trained: any TensorSource, seed: Int
  ) throws -> Float {
    let failure = Mutex<(any Error)?>(nil)
    // Squares of each row, the model's and the drawn one's, as two floats each: value and remainder.
    var squares = Matrix(uninitializedRows: module.outFeatures, columns: 4)
    squares.forEachRow(costPerElement: 8 * Double(module.inFeatures)) { row, sums in
      var values = Matrix(uninitializedRows: 1, columns: module.inFeatures)
      var span = values.mutableSpan
      do {
        try trained.read(name, rows: row..<(row + 1), into: &span)
      } catch {
        failure.withLock { $0 = error }
      }
      let own = squareSum(span.span)
      draw(row: row, of: module, seed: seed, into: &span)
      let drawn = squareSum(span.span)
      (sums[0], sums[1]) = (Float(own), Float(own - Double(Float(own))))
      (sums[2], sums[3]) = (Float(drawn), Float(drawn - Double(Float(drawn))))
    }
    if let error = failure.withLock({ $0 }) { throw error }
    trained.didRead(name, rows: 0..<module.outFeatures)
    func total(_ column: Int) -> Double {
      (0..<squares.rows).reduce(0) {
        $0 + Double(squares[$1, column]) + Double(squares[$1, column + 1])
      }
    }
    return Float(total(0).squareRoot() / total(2).squareRoot())
  }

  private static func squareSum(_ values: Span<Float>) -> Double {
    var sum = 0.0
    for index in values.indices { sum += Double(values[index]) * Double(values[index]) }
    return sum
  }
}
