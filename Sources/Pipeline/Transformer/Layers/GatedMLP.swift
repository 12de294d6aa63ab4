import LinearAlgebra

/// The non-linear middle of the MLP, `f(gate) · up` (SwiGLU, GeGLU; Shazeer 2020).
enum GatedMLP {
  /// Overwrites `gated` [tokens × intermediate] from `gateUp` [tokens × 2 · intermediate].
  static func forward(
    _ gateUp: borrowing Matrix, activation: Activation, into gated: inout Matrix
  ) {
    switch activation {
    case .silu: forward(gateUp, SiLU.self, into: &gated)
    case .geluTanh: forward(gateUp, GeLUTanh.self, into: &gated)
    }
  }

  /// Overwrites `gateUpGradient` with `(dy · up · f'(gate), dy · f(gate))`.
  ///
  /// Shapes: `gatedGradient` dy is [tokens × intermediate], the others [tokens × 2 · intermediate].
  static func backward(
    _ gatedGradient: borrowing Matrix, gateUp: borrowing Matrix, activation: Activation,
    into gateUpGradient: inout Matrix
  ) {
    switch activation {
    case .silu: backward(gatedGradient, gateUp, SiLU.self, into: &gateUpGradient)
    case .geluTanh: backward(gatedGradient, gateUp, GeLUTanh.self, into: &gateUpGradient)
    }
  }

  private static func forward<Gate: GateFunction>(
    _ gateUp: borrowing Matrix, _ gate: Gate.Type, into gated: inout Matrix
  ) {
    let width = gated.columns
    gated.forEachRow(costPerElement: 0.5) { token, out in
      let row = gateUp.row(token)
      map(
        row.extracting(0..<width), row.extracting(width..<(2 * width)), into: &out,
        by: GatedValue<Gate>.self)
    }
  }

  private static func backward<Gate: GateFunction>(
    _ gatedGradient: borrowing Matrix, _ gateUp: borrowing Matrix, _ gate: Gate.Type,
    into gateUpGradient: inout Matrix
  ) {
    let width = gatedGradient.columns
    gateUpGradient.forEachRow(splitAt: width, costPerElement: 0.7) { token, dGate, dUp in
      let row = gateUp.row(token)
      map(
        row.extracting(0..<width), row.extracting(width..<(2 * width)), gatedGradient.row(token),
        into: &dGate, &dUp, by: GatedGradient<Gate>.self)
    }
  }
}

/// `f(gate) · up`.
private enum GatedValue<Gate: GateFunction>: LaneFormula {
  @inline(__always)
  static func value(_ gate: Lanes, _ up: Lanes) -> Lanes { Gate.valueAndSlope(gate).value * up }
}

/// `(dy · up · f'(gate), dy · f(gate))`.
private enum GatedGradient<Gate: GateFunction>: LanePairFormula {
  @inline(__always)
  static func values(_ gate: Lanes, _ up: Lanes, _ dy: Lanes) -> (Lanes, Lanes) {
    let (value, slope) = Gate.valueAndSlope(gate)
    return (dy * up * slope, dy * value)
  }
}

/// The activation of the gate, f, and its derivative.
private protocol GateFunction: SendableMetatype {
  static func valueAndSlope(_ x: Lanes) -> (value: Lanes, slope: Lanes)
}

/// `x s` with `s = sigmoid(x)`; the derivative is `s (1 + x (1 - s))`.
private enum SiLU: GateFunction {
  @inline(__always)
  static func valueAndSlope(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    let s = Lanes.sigmoid(x)
    return (x * s, s * (1 + x * (1 - s)))
  }
}

/// `x / 2 (1 + tanh(u))` with `u = sqrt(2 / pi) (x + 0.044715 x³)`, that is `x s` with `s = sigmoid(2 u)`;
/// the derivative is `s + x s (1 - s) 2 u'`.
private enum GeLUTanh: GateFunction {
  /// 2 sqrt(2 / pi).
  private static let scale: Float = 1.595_769_121_6

  @inline(__always)
  static func valueAndSlope(_ x: Lanes) -> (value: Lanes, slope: Lanes) {
    let s = Lanes.sigmoid(scale * (x + 0.044_715 * x * x * x))
    return (x * s, s + x * s * (1 - s) * scale * (1 + x * x * 0.134_145))
  }
}
