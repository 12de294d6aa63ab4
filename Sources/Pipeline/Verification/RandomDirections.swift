import LinearAlgebra
import RandomNumbers
import Transformer

/// Random unit vectors, the same ones for the same seed.
struct RandomDirections {
  let seed: Int

  /// A vector for each module, as many numbers as it has inputs.
  func directions(of modules: [LinearModule]) -> [LinearModule: [Float]] {
    var generator = SplitMix64(seed: UInt64(bitPattern: Int64(seed)))
    var directions: [LinearModule: [Float]] = [:]
    for module in modules {
      let vector = (0..<module.inFeatures).map { _ in generator.normal() }
      let norm = vector.norm
      directions[module] = vector.map { Float($0 / norm) }
    }
    return directions
  }
}
