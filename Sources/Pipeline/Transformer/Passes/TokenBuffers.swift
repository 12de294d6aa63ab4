import LinearAlgebra

/// Allocates a matrix with one row a token and so many columns.
typealias BufferAllocation = (_ columns: Int) -> Matrix

/// Buffers with one row a token, allocated one after the other by their initialiser.
///
/// What they take is found by running the same initialiser with an allocation that only counts, so
/// that an estimate cannot miss a buffer.
protocol TokenBuffers: AnyObject {
  init(_ configuration: ModelConfiguration, _ allocate: BufferAllocation)
}

extension LayerActivations: TokenBuffers {}
extension BackwardBuffers: TokenBuffers {}

extension TokenBuffers {
  /// Buffers for some tokens.
  init(_ configuration: ModelConfiguration, tokenCount: Int) {
    self.init(configuration) { Matrix(uninitializedRows: tokenCount, columns: $0) }
  }

  /// Floats held for each token.
  static func floatsPerToken(_ configuration: ModelConfiguration) -> Int {
    var floats = 0
    _ = Self(configuration) { columns in
      floats += columns
      return Matrix(rows: 0, columns: 0)
    }
    return floats
  }
}
