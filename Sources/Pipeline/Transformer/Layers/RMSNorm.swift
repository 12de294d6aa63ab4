import LinearAlgebra

/// Root-mean-square norm `y = x w / sqrt(mean(x²) + ε)`, row by row (Zhang & Sennrich 2019).
///
/// Queries and keys are normalised head by head: there the rows are heads, not tokens.
enum RMSNorm {
  /// Overwrites `output` [tokens × n] with the normalised `input` [tokens × n].
  static func forward(
    _ input: borrowing Matrix, weight: borrowing Matrix, epsilon: Float,
    into output: inout Matrix
  ) {
    output.forEachRow { token, out in
      let x = input.row(token)
      let r = inverseRoot(x, epsilon)
      map(x, weight.row(0), into: &out) { x, w in x * r * w }
    }
  }

  /// Adds the gradient with respect to the input, or overwrites with it:
  /// `dx = r (dy w) - x r³ / n · sum(dy w x)` with `r = 1 / sqrt(mean(x²) + ε)`.
  ///
  /// Shapes: `outputGradient` dy, `input` x and `inputGradient` dx are [tokens × n].
  static func backward(
    _ outputGradient: borrowing Matrix, input: borrowing Matrix, weight: borrowing Matrix,
    epsilon: Float, into inputGradient: inout Matrix, adding: Bool
  ) {
    inputGradient.forEachRow(costPerElement: 0.6) { token, dx in
      let x = input.row(token)
      let dy = outputGradient.row(token)
      let r = inverseRoot(x, epsilon)
      let projection = sum(dy, weight.row(0), x) { dy, w, x in dy * w * x }
      let k = Float(projection / Double(x.count)) * r * r * r
      if adding {
        update(&dx, with: x) { dx, x in dx - x * k }
      } else {
        map(x, into: &dx) { x in x * -k }
      }
      update(&dx, with: dy, weight.row(0)) { dx, dy, w in dx + dy * w * r }
    }
  }

  /// Adds `sum over tokens of dy x r` to the gradient of w, [1 × n].
  static func accumulateWeightGradient(
    _ outputGradient: borrowing Matrix, input: borrowing Matrix, epsilon: Float,
    into weightGradient: inout Matrix
  ) {
    for token in 0..<input.rows {
      let r = inverseRoot(input.row(token), epsilon)
      var dw = weightGradient.mutableRow(0)
      update(&dw, with: outputGradient.row(token), input.row(token)) { dw, dy, x in
        dw + dy * x * r
      }
    }
  }

  @inline(__always)
  static func inverseRoot(_ x: Span<Float>, _ epsilon: Float) -> Float {
    Float(1 / (sumOfSquares(x) / Double(x.count) + Double(epsilon)).squareRoot())
  }
}
