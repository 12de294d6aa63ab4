import LinearAlgebra

/// The non-linear middle of the MLP, `f(gate) · up` (SwiGLU, GeGLU; Shazeer 2020).
enum GatedMLP {
  /// Overwrites `gated` [tokens × intermediate] from `gateUp` [tokens × 2 · intermediate].
  static func forward(
    _ gateUp: borrowing Matrix, activation: Activation, into gated: inout Matrix
  ) {
    let width = gated.columns
    gated.forEachRow(costPerElement: 1.5) { token, out in
      let gate = gateUp.row(token).extracting(0..<width)
      let up = gateUp.row(token).extracting(width..<(2 * width))
      switch activation {
      case .silu: map(gate, up, into: &out) { g, u in g * Lanes.sigmoid(g) * u }
      case .geluTanh: map(gate, up, into: &out) { g, u in Lanes.geluTanh(g) * u }
      }
    }
  }

  /// Overwrites `gateUpGradient` with `(dy · up · f'(gate), dy · f(gate))`.
  ///
  /// Shapes: `gatedGradient` dy is [tokens × intermediate], the others [tokens × 2 · intermediate].
  static func backward(
    _ gatedGradient: borrowing Matrix, gateUp: borrowing Matrix, activation: Activation,
    into gateUpGradient: inout Matrix
  ) {
    let width = gatedGradient.columns
    gateUpGradient.forEachRow(splitAt: width, costPerElement: 1.5) { token, dGate, dUp in
      let gate = gateUp.row(token).extracting(0..<width)
      let up = gateUp.row(token).extracting(width..<(2 * width))
      let dy = gatedGradient.row(token)
      switch activation {
      case .silu:
        map(gate, dy, into: &dUp) { g, dy in dy * g * Lanes.sigmoid(g) }
        map(gate, up, into: &dGate) { g, u in
          let s = Lanes.sigmoid(g)
          return u * s * (1 + g * (1 - s))
        }
      case .geluTanh:
        map(gate, dy, into: &dUp) { g, dy in dy * Lanes.geluTanh(g) }
        map(gate, up, into: &dGate) { g, u in u * Lanes.geluTanhDerivative(g) }
      }
      update(&dGate, with: dy) { d, dy in d * dy }
    }
  }
}

extension Lanes {
  /// `x / 2 (1 + tanh(u))` with `u = sqrt(2 / pi) (x + 0.044715 x³)`, that is `x sigmoid(2 u)`.
  @inline(__always)
  static func geluTanh(_ x: Lanes) -> Lanes { x * sigmoid(geluArgument(x)) }

  /// `s + x s (1 - s) · 2 u'` with `s = sigmoid(2 u)`.
  @inline(__always)
  static func geluTanhDerivative(_ x: Lanes) -> Lanes {
    let s = sigmoid(geluArgument(x))
    let slope = 1.595_769_121_6 * (1 + x * x * 0.134_145)
    return s + x * s * (1 - s) * slope
  }

  /// `2 u`; 2 sqrt(2 / pi) = 1.5957691216.
  @inline(__always)
  private static func geluArgument(_ x: Lanes) -> Lanes {
    1.595_769_121_6 * (x + 0.044_715 * x * x * x)
  }
}
