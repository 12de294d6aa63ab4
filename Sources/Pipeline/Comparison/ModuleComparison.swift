import LinearAlgebra
import Spectra

/// What the pairs are to each other in one module.
struct ModuleComparison: Sendable {
  /// `||U1_kᵀ U2_k||_F² / k`; NaN where one has fewer than k directions.  // [P][R]
  var overlapU: [[Double]] = []
  var overlapV: [[Double]] = []
  /// Principal angles of the largest rank that both have, ascending; NaN past it.  // [P][largest R]
  var angleU: [[Double]] = []
  var angleV: [[Double]] = []
  /// `<G1, G2>`, `||G1||²` and `||G2||²`; NaN without factors.  // [P]
  var products: [(inner: Double, first: Double, second: Double)] = []

  /// Largest residual of directions that were computed; NaN where all were stored.
  var residual = Double.nan

  /// Compares all pairs.
  init(
    _ pairs: [ComparedPair], ranks: [Int], gradients: consuming MemberGradients
  ) throws(ComparisonError) {
    var gradients = gradients
    for pair in pairs {
      let (one, other) = try (gradients.gradient(pair.first), gradients.gradient(pair.second))
      let (first, second) = (one.vectors, other.vectors)
      for value in [one.residual, other.residual] where !(value <= residual) && !value.isNaN {
        residual = value
      }
      let u = try Self.side(
        first.left.transposed(), second.left.transposed(), ranks, pair.names)
      let v = try Self.side(first.right, second.right, ranks, pair.names)
      overlapU.append(u.overlaps)
      angleU.append(u.angles)
      overlapV.append(v.overlaps)
      angleV.append(v.angles)
      let inner = try gradients.innerProduct(pair.first, pair.second)
      let squares = try (
        gradients.innerProduct(pair.first, pair.first),
        gradients.innerProduct(pair.second, pair.second)
      )
      products.append((inner ?? .nan, squares.0 ?? .nan, squares.1 ?? .nan))
    }
  }

  /// Overlaps and angles of the spans of the leading rows.
  private static func side(
    _ first: borrowing Matrix, _ second: borrowing Matrix, _ ranks: [Int],
    _ names: (first: String, second: String)
  ) throws(ComparisonError) -> (overlaps: [Double], angles: [Double]) {
    let largest = ranks.last ?? 0
    let count = min(largest, first.rows, second.rows)
    if count == 0 {
      return (ranks.map { _ in .nan }, [Double](repeating: .nan, count: largest))
    }
    let rows = Array(0..<count)
    let cosines = DoubleMatrix(
      product: DoubleMatrix(first, rows: rows), by: DoubleMatrix(second, rows: rows), .transposed)
    let overlaps = ranks.map { rank in
      guard rank <= count else { return Double.nan }
      var sum = 0.0
      for row in 0..<rank {
        for column in 0..<rank { sum += cosines[row, column] * cosines[row, column] }
      }
      return min(sum / Double(rank), 1)
    }
    do throws(LinearAlgebraError) {
      let angles = try SubspaceComparison(rowsOf: first, second, rank: count).angles
      return (overlaps, angles + [Double](repeating: .nan, count: largest - count))
    } catch {
      throw .gradient(path: names.first, member: names.second, module: "principal angles", error)
    }
  }

  /// Signed cosine of the gradients of a pair.
  func cosine(_ pair: Int) -> Double { Self.cosine(products[pair]) }

  static func cosine(_ products: (inner: Double, first: Double, second: Double)) -> Double {
    let cosine = products.inner / (products.first * products.second).squareRoot()
    return cosine.isNaN ? .nan : min(max(cosine, -1), 1)
  }
}
