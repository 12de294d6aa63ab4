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
  /// Steps that were taken.
  var stepCount = 0
  /// The root of the number of entries that a first step of AdamW moves by the learning rate each: a
  /// step of length L has the learning rate L / `stepDivisor`.
  let stepDivisor: Double
  let withValue: Access
  /// The value before the last step, once `remember()` was called.
  private var previous = Matrix(rows: 0, columns: 0)
  /// What the last step added to it.
  private var displacement = Matrix(rows: 0, columns: 0)

  /// Creates a tensor.
  ///
  /// - Parameters:
  ///   - rows: Rows of the value.
  ///   - columns: Columns of the value.
  ///   - stepDivisor: The root of the number of entries where it is not that of all.
  ///   - withValue: Lends the value for a change in place.
  init(
    rows: Int, columns: Int, stepDivisor: Double? = nil, withValue: @escaping Access
  ) {
    gradient = Matrix(rows: rows, columns: columns)
    self.stepDivisor = stepDivisor ?? Double(rows * columns).squareRoot()
    self.withValue = withValue
  }

  /// Sum of the squares of the gradient.
  var squaredGradientNorm: Double {
    let norm = gradient.frobeniusNorm
    return norm * norm
  }

  // MARK: Shortening a step

  /// Notes where the value stands, before a step that may have to be shortened.
  func remember() {
    withValue { previous = $0.copy() }
    displacement = Matrix(rows: 0, columns: 0)
  }

  /// Leaves a share of the last step: the value becomes `previous + share · displacement`.
  ///
  /// - Parameter share: 1 for the step as it was taken.
  func keep(_ share: Float) {
    noteDisplacement()
    withValue {
      $0.assign(previous)
      $0.add(displacement, scale: share)
    }
  }

  /// Puts another displacement of the same length in the place of the last step's.
  ///
  /// - Parameter direction: Of the shape of the value, not zero.
  func redirect(along direction: borrowing Matrix) {
    noteDisplacement()
    let (length, norm) = (displacement.frobeniusNorm, direction.frobeniusNorm)
    guard norm > 0 else { return }
    displacement = direction.copy()
    displacement.scale(by: Float(length / norm))
    keep(1)
  }

  private func noteDisplacement() {
    guard displacement.count == 0, previous.count > 0 else { return }
    withValue { displacement = $0.copy() }
    displacement.add(previous, scale: -1)
  }
}

/// The parameters that a kind of training moves; collects their gradients from backward passes.
protocol TrainableParameters: GradientObserver {
  /// All tensors, in a fixed order.
  var tensors: [TrainableTensor] { get }

  /// Called when the gradients of a batch are complete, before a step.
  func didCollectGradients()

  /// Brings what depends on the tensors up to date after a step.
  func didStep() throws
}

extension TrainableParameters {
  func didCollectGradients() {}
  func didStep() {}
}
