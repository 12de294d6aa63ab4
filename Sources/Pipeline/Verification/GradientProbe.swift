import LinearAlgebra
import Transformer

/// Multiplies the gradient of some modules by a vector each: `G v = Dᵀ (X v)`, in float64.
///
/// A vector of random numbers sees any difference between two gradients, and costs no matrix.
final class GradientProbe: GradientObserver {
  private let directions: [LinearModule: [Float]]
  /// G v of each module, as many numbers as it has outputs.
  private(set) var products: [LinearModule: [Double]] = [:]

  /// Creates a probe.
  ///
  /// - Parameter directions: v of each module, as many numbers as it has inputs.
  init(_ directions: [LinearModule: [Float]]) { self.directions = directions }

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    for (module, direction) in directions where module.layer == layer && module.site == site {
      var product = products[module] ?? Array(repeating: 0, count: module.outFeatures)
      for token in 0..<input.rows {
        let along = Self.dot(input.row(token), direction)
        let gradient = outputGradient.row(token)
        for (index, column) in module.rows.enumerated() {
          product[index] += along * Double(gradient[column])
        }
      }
      products[module] = product
    }
  }

  private static func dot(_ row: Span<Float>, _ direction: [Float]) -> Double {
    var sum = 0.0
    for index in direction.indices { sum += Double(row[index]) * Double(direction[index]) }
    return sum
  }
}

extension [Double] {
  /// The Euclidean norm.
  var norm: Double { reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// `||self - other|| / ||other||`.
  func relativeDifference(from other: [Double]) -> Double {
    let difference = zip(self, other).map { $0 - $1 }.norm
    return difference == 0 ? 0 : difference / other.norm
  }
}

extension [LinearModule: [Double]] {
  /// The largest relative difference of a module; NaN where a module is in only one of the two.
  func relativeDifference(from other: [LinearModule: [Double]]) -> Double {
    guard Set(keys) == Set(other.keys) else { return .nan }
    return reduce(0) { worst, entry in
      let difference = entry.value.relativeDifference(from: other[entry.key] ?? [])
      return difference.isNaN ? .nan : Swift.max(worst, difference)
    }
  }
}
