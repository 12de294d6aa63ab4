import LinearAlgebra
import Transformer

/// One tensor that training moves: access to its value, its gradient and the optimizer's moments.
final class TrainableTensor {
  /// Lends the value, which lives in the model or in an update.
  typealias Access = ((inout Matrix) -> Void) -> Void

  /// The gradient accumulated over a batch.
  var gradient: Matrix
  /// Running mean of the gradient (AdamW), or empty.
  var firstMoment = Matrix(rows: 0, columns: 0)
  /// Running mean of its square (AdamW), or empty.
  var secondMoment = Matrix(rows: 0, columns: 0)
  let withValue: Access

  /// Creates a tensor.
  ///
  /// - Parameters:
  ///   - rows: Rows of the value.
  ///   - columns: Columns of the value.
  ///   - withValue: Lends the value for a change in place.
  init(rows: Int, columns: Int, withValue: @escaping Access) {
    gradient = Matrix(rows: rows, columns: columns)
    self.withValue = withValue
  }

  /// Sum of the squares of the gradient.
  var squaredGradientNorm: Double {
    let norm = gradient.frobeniusNorm
    return norm * norm
  }
}

/// The parameters that a kind of training moves; collects their gradients from backward passes.
protocol TrainableParameters: GradientObserver {
  /// All tensors, in a fixed order.
  var tensors: [TrainableTensor] { get }

  /// Brings what depends on the tensors up to date after a step.
  func didStep()
}
