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
  ///   - destination: Matrix with the tensor's columns.
  ///   - row: First row of `destination` to overwrite.
  /// - Throws: When the data cannot be read.
  func read(
    _ name: String, rows: Range<Int>, into destination: inout Matrix, atRow row: Int) throws

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

  /// A vector as a 1 × n matrix, checked to be finite.
  func vector(_ name: String, _ size: Int) throws -> Matrix {
    try requireShape(name, [size])
    var result = Matrix(uninitializedRows: 1, columns: size)
    try read(name, rows: 0..<1, into: &result, atRow: 0)
    didRead(name, rows: 0..<1)
    try requireFinite(result, name, rows: 0..<1, at: 0)
    return result
  }

  /// A norm's scale; Gemma stores it less one.
  func norm(_ name: String, _ size: Int, _ configuration: ModelConfiguration) throws -> Matrix {
    var result = try vector(name, size)
    if configuration.normsAddOne {
      var row = result.mutableRow(0)
      update(&row) { $0 + 1 }
    }
    return result
  }

  /// Checks rows of a tensor that stand in a matrix from row `first` on.
  func requireFinite(
    _ matrix: borrowing Matrix, _ name: String, rows: Range<Int>, at first: Int
  ) throws(ModelError) {
    guard let place = matrix.firstNonFinite(inRows: first..<(first + rows.count)) else { return }
    throw .nonFiniteWeight(
      tensor: name, row: place.row - first + rows.lowerBound, column: place.column)
  }
}
