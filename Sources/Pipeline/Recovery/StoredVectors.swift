import LinearAlgebra

/// Checks the singular vectors of a file.
///
/// The norm of an update is that of its core only where vectors are orthonormal, and a step along
/// others has no particular length.
struct StoredVectors {
  /// Float32 vectors of a decomposition in float64 are orthonormal to 1e-6.
  static let tolerance: Float = 1e-4

  let path: String
  let module: String

  /// Refuses vectors that are not finite or not orthonormal, those included that are not used: a
  /// file that is wrong in one place is not to be trusted in another.
  func require(_ vectors: LowRankMatrix) throws(StoredSubspaceError) {
    try requireFinite(vectors.left, "u")
    try requireFinite(vectors.right, "vh")
    let count = vectors.innerDimension
    guard count <= min(vectors.left.rows, vectors.right.columns) else {
      throw error("its \(count) vectors cannot be orthonormal in so few dimensions")
    }
    var gram = Matrix(uninitializedRows: count, columns: count)
    gram.multiply(vectors.left, .transposed, by: vectors.left)
    try requireIdentity(gram, "u: the largest entry of |UᵀU - I|")
    gram.multiply(vectors.right, by: vectors.right, .transposed)
    try requireIdentity(gram, "vh: the largest entry of |Vh Vhᵀ - I|")
  }

  private func requireFinite(
    _ matrix: borrowing Matrix, _ name: String
  ) throws(StoredSubspaceError) {
    guard let place = matrix.firstNonFinite else { return }
    let value = matrix[place.row, place.column]
    throw error("\(name) is \(value) at row \(place.row), column \(place.column)")
  }

  private func requireIdentity(
    _ gram: borrowing Matrix, _ name: String
  ) throws(StoredSubspaceError) {
    var defect: Float = 0
    for row in 0..<gram.rows {
      for column in 0..<gram.columns {
        let difference = abs(gram[row, column] - (row == column ? 1 : 0))
        // Products of entries that are finite may overflow.
        defect = max(defect, difference.isNaN ? .infinity : difference)
      }
    }
    guard defect <= Self.tolerance else {
      throw error("\(name) is \(defect), more than \(Self.tolerance)")
    }
  }

  private func error(_ defect: String) -> StoredSubspaceError {
    .notOrthonormal(path: path, module: module, defect: defect)
  }
}
