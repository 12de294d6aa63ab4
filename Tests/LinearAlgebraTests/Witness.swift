import LinearAlgebra
import TestSupport
import Testing

/// What LAPACK makes of G = Dᵀ X when it is formed, all in float64.
func denseSingularValues(_ left: borrowing Matrix, _ right: borrowing Matrix) throws -> [Double] {
  let rows = Array(0..<left.rows)
  let formed = DoubleMatrix(
    product: DoubleMatrix(left, rows: rows), .transposed, by: DoubleMatrix(right, rows: rows))
  return try SVDRoutines.lapack.decompose(formed).values
}

/// Largest |a_i - b_i| / b_1 over the values a, with zeros in place of missing values of b.
func deviation(_ values: [Double], from reference: [Double]) -> Double {
  let scale = reference.first ?? 0
  let differences = values.enumerated().map { index, value in
    abs(value - (index < reference.count ? reference[index] : 0))
  }
  return (differences.max() ?? 0) / (scale > 0 ? scale : 1)
}

/// Largest entry of |Qᵀ Q - I| for columns, computed in float64.
func columnOrthogonalityDefect(_ matrix: borrowing Matrix) -> Double {
  let columns = DoubleMatrix(matrix, rows: Array(0..<matrix.rows))
  return defect(DoubleMatrix(product: columns, .transposed, by: columns))
}

/// Largest entry of |Q Qᵀ - I| for rows, computed in float64.
func rowOrthogonalityDefect(_ matrix: borrowing Matrix) -> Double {
  let rows = DoubleMatrix(matrix, rows: Array(0..<matrix.rows))
  return defect(DoubleMatrix(product: rows, by: rows, .transposed))
}

private func defect(_ gram: borrowing DoubleMatrix) -> Double {
  var largest = 0.0
  for i in 0..<gram.rows {
    for j in 0..<gram.columns { largest = max(largest, abs(gram[i, j] - (i == j ? 1 : 0))) }
  }
  return largest
}

/// `||G - U diag(s) Vh||_F / s_1` over the components that have vectors, in float64.
func residual(
  _ svd: borrowing TruncatedSVD, _ left: borrowing Matrix, _ right: borrowing Matrix
) -> Double {
  let (rows, components) = (Array(0..<left.rows), Array(0..<svd.rank))
  var scaled = DoubleMatrix(svd.vectors.right, rows: components)
  scaled.scaleRows(by: Array(svd.singularValues.prefix(svd.rank)))
  var difference = DoubleMatrix(
    product: DoubleMatrix(left, rows: rows), .transposed, by: DoubleMatrix(right, rows: rows))
  difference.multiply(
    DoubleMatrix(svd.vectors.left, rows: Array(0..<left.columns)), by: scaled, alpha: -1,
    beta: 1)
  let largest = svd.singularValues.first ?? 0
  return difference.sumOfSquares.squareRoot() / (largest > 0 ? largest : 1)
}
