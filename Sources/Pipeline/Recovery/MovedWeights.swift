import LinearAlgebra
import Tokens
import Transformer

/// Weights that move themselves, in a recovery: the parameters, and where they started.
final class MovedWeights: RecoveryParameters {
  private let parameters: FullParameters
  /// The values before the first step.
  private let start: [Value]
  /// The values that training reached, once the update was multiplied.
  private var reached: [Value] = []

  private final class Value {
    let matrix: Matrix
    init(_ tensor: TrainableTensor) {
      var copy = Matrix(rows: 0, columns: 0)
      tensor.withValue { copy = $0.copy() }
      matrix = copy
    }
  }

  init(_ parameters: FullParameters) {
    self.parameters = parameters
    start = parameters.tensors.map(Value.init)
  }

  var tensors: [TrainableTensor] { parameters.tensors }
  var updates: ModuleMatrices? { nil }
  var wantsAllParameters: Bool { parameters.wantsAllParameters }

  func updateNorm() -> Double {
    var squares = 0.0
    for (tensor, start) in zip(tensors, start) {
      tensor.withValue { squares += $0.squaredDistance(from: start.matrix) }
    }
    return squares.squareRoot()
  }

  func updateSize() -> UpdateSize { UpdateSize(norm: updateNorm(), ranks: nil) }

  func scaleUpdate(by factor: Double) {
    if reached.isEmpty { reached = tensors.map(Value.init) }
    for (tensor, (start, reached)) in zip(tensors, zip(start, reached)) {
      tensor.withValue {
        $0.assign(start.matrix)
        $0.scale(by: Float(1 - factor))
        $0.add(reached.matrix, scale: Float(factor))
      }
    }
  }

  // MARK: Gradients

  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix
  ) {
    parameters.observe(layer: layer, site: site, input: input, outputGradient: outputGradient)
  }

  func observe(layer: Int?, norm: NormKind, gradient: borrowing Matrix) {
    parameters.observe(layer: layer, norm: norm, gradient: gradient)
  }

  func observe(embeddingOf tokens: [TokenID], gradient: borrowing Matrix) {
    parameters.observe(embeddingOf: tokens, gradient: gradient)
  }

  func observe(headFrom logitGradient: borrowing Matrix, hidden: borrowing Matrix) {
    parameters.observe(headFrom: logitGradient, hidden: hidden)
  }
}

extension Matrix {
  /// `||self - other||_F²`, summed in float64.
  fileprivate func squaredDistance(from other: borrowing Matrix) -> Double {
    var sum = 0.0
    for row in 0..<rows {
      let (values, others) = (self.row(row), other.row(row))
      for column in values.indices {
        let difference = Double(values[column]) - Double(others[column])
        sum += difference * difference
      }
    }
    return sum
  }
}
