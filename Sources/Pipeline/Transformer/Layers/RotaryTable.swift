import Glibc
import LinearAlgebra

/// Cosines and sines of a rotary embedding for the positions of a batch (Su et al., 2021).
///
/// The angle of position p and frequency i is `p θ^(-2 i / n)` for a rotated width n, changed as
/// the model's scaling says. Angles are computed in float64.
final class RotaryTable {
  /// [positions × n / 2].
  let cosines: Matrix
  /// [positions × n / 2].
  let sines: Matrix

  /// Tabulates the positions from 0 of a sequence, or of several sequences one behind the other.
  ///
  /// - Parameters:
  ///   - configuration: Base, width and scaling.
  ///   - lengths: The lengths of the sequences, which some scalings depend on.
  convenience init(_ configuration: RotaryConfiguration, lengths: [Int]) {
    self.init(configuration, lengths.map { Span(positions: 0..<$0, sequenceLength: $0) })
  }

  /// Consecutive positions of a sequence.
  struct Span {
    let positions: Range<Int>
    /// Tokens of the sequence when these positions are computed.
    let sequenceLength: Int
  }

  /// Tabulates parts of several sequences one behind the other.
  init(_ configuration: RotaryConfiguration, _ spans: [Span]) {
    let count = spans.reduce(0) { $0 + $1.positions.count }
    let factor = configuration.attentionFactor
    var cosines = Matrix(uninitializedRows: count, columns: configuration.dimensions / 2)
    var sines = Matrix(uninitializedRows: count, columns: configuration.dimensions / 2)
    var row = 0
    for span in spans {
      let frequencies = configuration.frequencies(sequenceLength: span.sequenceLength)
      for position in span.positions {
        for (index, frequency) in frequencies.enumerated() {
          let angle = Double(position) * frequency
          cosines[row, index] = Float(cos(angle) * factor)
          sines[row, index] = Float(sin(angle) * factor)
        }
        row += 1
      }
    }
    self.cosines = cosines
    self.sines = sines
  }
}

extension RotaryConfiguration {
  /// The factor on cosines and sines.
  package var attentionFactor: Double {
    if case .longRope(_, _, _, let factor) = scaling { factor } else { 1 }
  }

  /// Whether the frequencies depend on how long the sequence is.
  var dependsOnLength: Bool {
    switch scaling {
    case .none, .linear, .llama3: false
    case .longRope(let short, let long, _, _): short != long
    case .dynamic: true
    }
  }

  /// What of a sequence's length the frequencies depend on: sequences of one class have the same.
  func lengthClass(_ length: Int) -> Int {
    switch scaling {
    case .none, .linear, .llama3: 0
    case .dynamic(_, let originalContext): max(length - originalContext, 0)
    case .longRope(_, _, let originalContext, _): length > originalContext ? 1 : 0
    }
  }

  /// Angular frequencies, `dimensions / 2` of them, in radians per position.
  package func frequencies(sequenceLength: Int) -> [Double] {
    let plain = (0..<(dimensions / 2)).map { pow(base, -Double(2 * $0) / Double(dimensions)) }
    switch scaling {
    case .none: return plain
    case .linear(let factor): return plain.map { $0 / factor }
    case .dynamic(let factor, let originalContext):
      return dynamicFrequencies(factor, originalContext, sequenceLength) ?? plain
    case .llama3(let factor, let low, let high, let originalContext):
      return plain.map { Self.llama3($0, factor, low, high, Double(originalContext)) }
    case .longRope(let short, let long, let originalContext, _):
      return zip(plain, sequenceLength > originalContext ? long : short).map { $0 / $1 }
    }
  }

  /// Dynamic NTK: the base grows with the sequence beyond the original context.
  private func dynamicFrequencies(
    _ factor: Double, _ originalContext: Int, _ sequenceLength: Int
  ) -> [Double]? {
    guard sequenceLength > originalContext, dimensions > 2 else { return nil }
    let stretch = factor * Double(sequenceLength) / Double(originalContext) - (factor - 1)
    let exponent = Double(dimensions) / Double(dimensions - 2)
    let stretched = base * pow(stretch, exponent)
    return (0..<(dimensions / 2)).map { pow(stretched, -Double(2 * $0) / Double(dimensions)) }
  }

  /// Llama 3.1: wavelengths above context / low are divided, below context / high kept.
  private static func llama3(
    _ frequency: Double, _ factor: Double, _ low: Double, _ high: Double, _ context: Double
  ) -> Double {
    let wavelength = 2 * Double.pi / frequency
    if wavelength < context / high { return frequency }
    if wavelength > context / low { return frequency / factor }
    let smooth = (context / wavelength - low) / (high - low)
    return (1 - smooth) * frequency / factor + smooth * frequency
  }
}
