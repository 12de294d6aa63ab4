import LinearAlgebra

/// Where tensors come from: a checkpoint on disk, or values made by a test.
public protocol TensorSource {
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
}

extension TensorSource {
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
    try requireFinite(result, name, rows: 0..<1)
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

  /// Reads a whole matrix into some rows of a larger one, in parallel, and checks it.
  func matrix(
    _ name: String, _ shape: [Int], into destination: inout Matrix, atRow row: Int
  ) throws {
    try requireShape(name, shape)
    try read(name, rows: 0..<shape[0], into: &destination, atRow: row)
    try requireFinite(destination, name, rows: row..<(row + shape[0]))
  }

  private func requireFinite(
    _ matrix: borrowing Matrix, _ name: String, rows: Range<Int>
  ) throws(ModelError) {
    guard let place = matrix.firstNonFinite(inRows: rows) else { return }
    throw .nonFiniteWeight(tensor: name, row: place.row - rows.lowerBound, column: place.column)
  }
}

extension LinearWeight {
  convenience init(
    _ configuration: ModelConfiguration, _ site: LinearSite, layer: Int,
    from source: any TensorSource
  ) throws {
    let modules = configuration.linearModules(ofLayer: layer).filter { $0.site == site }
    let outputs = modules.map(\.outFeatures).reduce(0, +)
    let inputs = modules[0].inFeatures
    var matrix = Matrix(uninitializedRows: outputs, columns: inputs)
    let hasBias = configuration.hasBias(site)
    var bias = Matrix(rows: hasBias ? 1 : 0, columns: hasBias ? outputs : 0)
    for module in modules {
      try source.matrix(
        module.checkpointName + ".weight", [module.outFeatures, inputs], into: &matrix,
        atRow: module.rows.lowerBound)
      guard hasBias else { continue }
      let part = try source.vector(module.checkpointName + ".bias", module.outFeatures)
      for (index, column) in module.rows.enumerated() { bias[0, column] = part[0, index] }
    }
    self.init(matrix: matrix, bias: bias)
  }
}
