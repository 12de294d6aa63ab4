import Glibc

/// log Σ exp(values), without leaving the range of a double.
///
/// - Parameter values: Logarithms, at least one, none of them NaN or positive infinity.
/// - Returns: The logarithm of the sum.
package func logSum(_ values: [Double]) -> Double {
  guard let largest = values.max(), largest > -.infinity else { return -.infinity }
  return largest + log(values.reduce(0) { $0 + exp($1 - largest) })
}
