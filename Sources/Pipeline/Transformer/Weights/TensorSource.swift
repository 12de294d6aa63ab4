import LinearAlgebra

/// Where tensors come from: a checkpoint on disk, or values made by a test.
///
/// Several threads read at once.
public protocol TensorSource: Sendable {
  /// The shape of a tensor in Hugging Face orientation, or nil when there is none of that name.
  func shape(of name: String) -> [Int]?

  /// Converts some rows of a tensor to float32; a vector counts as one row.
  ///
  /// - Parameters:
  ///   - name: The tensor.
  ///   - rows: Its rows to read.
  ///   - destination: As many elements as the rows have, one row after the other; overwritten.
  /// - Throws: When the data cannot be read.
  func read(
    _ name: String, rows: Range<Int>, into destination: inout MutableSpan<Float>) throws

  /// Says that a tensor is going to be read soon, so that the disk can begin.
  ///
  /// - Parameter name: The tensor.
  func willRead(_ name: String)

  /// Says that rows have been read and will not be read again soon, so that their memory may go.
  ///
  /// - Parameters:
  ///   - name: The tensor.
  ///   - rows: Its rows that have been read.
  func didRead(_ name: String, rows: Range<Int>)
}

extension TensorSource {
  /// Does nothing.
  public func willRead(_ name: String) {}
  /// Does nothing.
  public func didRead(_ name: String, rows: Range<Int>) {}

  func requireShape(_ name: String, _ expected: [Int]) throws(ModelError) {
    guard let found = shape(of: name) else { throw .missingTensor(name) }
    guard found == expected else {
      throw .shapeMismatch(tensor: name, found: found, expected: expected)
    }
  }

  /// A vector, checked to be finite.
  func vector(_ name: String, _ size: Int) throws -> [Float] {
    try requireShape(name, [size])
    var result = [Float](repeating: 0, count: size)
    var span = result.mutableSpan
    try read(name, rows: 0..<1, into: &span, checks: true)
    return result
  }

  /// A norm's scale; Gemma stores it less one.
  func norm(_ name: String, _ size: Int, _ configuration: ModelConfiguration) throws -> [Float] {
    let stored = try vector(name, size)
    return configuration.normsAddOne ? stored.map { $0 + 1 } : stored
  }

  /// Checks rows of a tensor.
  ///
  /// - Parameters:
  ///   - values: The rows, one after the other.
  ///   - name: The tensor.
  ///   - rows: Which rows they are.
  /// - Throws: `ModelError.nonFiniteWeight` with the first place that is not finite.
  package func requireFinite(
    _ values: Span<Float>, _ name: String, rows: Range<Int>
  ) throws(ModelError) {
    guard let place = firstNonFinite(values) else { return }
    let columns = values.count / rows.count
    throw .nonFiniteWeight(
      tensor: name, row: rows.lowerBound + place / columns, column: place % columns)
  }
}
