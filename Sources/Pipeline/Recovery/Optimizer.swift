import Glibc
import LinearAlgebra

/// How a step follows from gradients.
public enum OptimizerKind: String, Sendable, CaseIterable {
  /// Adam with decoupled weight decay (Loshchilov & Hutter 2019); β = (0.9, 0.999), ε = 1e-8.
  case adamw
  /// `w -= η g`.
  case sgd
}

/// Takes steps on trainable tensors as PyTorch's optimizers of the same name do.
struct Optimizer {
  let kind: OptimizerKind
  let weightDecay: Float
  /// Whether a step goes along the polar factor of the gradient, its singular values replaced by 1, as
  /// far as the optimizer's own step would have gone.
  let isFlat: Bool

  private static let beta1: Float = 0.9
  private static let beta2: Float = 0.999
  private static let epsilon: Float = 1e-8

  init(_ kind: OptimizerKind, weightDecay: Float = 0, isFlat: Bool = false) {
    self.kind = kind
    self.weightDecay = weightDecay
    self.isFlat = isFlat
  }

  /// One step along all gradients, each multiplied by `gradientScale` first.
  ///
  /// - Parameters:
  ///   - tensors: What moves.
  ///   - learningRate: η of each.
  ///   - gradientScale: For clipping.
  /// - Throws: `LinearAlgebraError` where polar factors are wanted.
  func step(
    _ tensors: [TrainableTensor], learningRate: (TrainableTensor) -> Double, gradientScale: Float
  ) throws(LinearAlgebraError) {
    for tensor in tensors {
      tensor.stepCount += 1
      if isFlat { tensor.remember() }
      let rate = Float(learningRate(tensor))
      switch kind {
      case .sgd: sgd(tensor, rate, gradientScale)
      case .adamw: adamw(tensor, rate, gradientScale)
      }
      if isFlat { tensor.redirect(along: try tensor.gradient.descentPolarFactor()) }
    }
  }

  private func sgd(_ tensor: TrainableTensor, _ learningRate: Float, _ scale: Float) {
    let decay = 1 - learningRate * weightDecay
    tensor.withValue { value in
      Self.update(&value, tensor.gradient) { w, g in w * decay - learningRate * scale * g }
    }
  }

  private func adamw(_ tensor: TrainableTensor, _ learningRate: Float, _ scale: Float) {
    if tensor.firstMoment.count == 0 {
      let (rows, columns) = (tensor.gradient.rows, tensor.gradient.columns)
      tensor.firstMoment = Matrix(rows: rows, columns: columns)
      tensor.secondMoment = Matrix(rows: rows, columns: columns)
    }
    let (beta1, beta2) = (Self.beta1, Self.beta2)
    Self.update(&tensor.firstMoment, tensor.gradient) { m, g in beta1 * m + (1 - beta1) * scale * g
    }
    Self.update(&tensor.secondMoment, tensor.gradient) { v, g in
      beta2 * v + (1 - beta2) * scale * scale * g * g
    }
    let correction1 = 1 - pow(Double(beta1), Double(tensor.stepCount))
    let correction2 = 1 - pow(Double(beta2), Double(tensor.stepCount))
    let rate = Float(Double(learningRate) / correction1)
    let root = Float(1 / correction2.squareRoot())
    let decay = 1 - learningRate * weightDecay
    tensor.withValue { value in
      Self.move(&value, tensor.firstMoment, tensor.secondMoment) { w, m, v in
        w * decay - rate * m / (v.squareRoot() * root + Self.epsilon)
      }
    }
  }

  @inline(__always)
  private static func update(
    _ value: inout Matrix, _ other: borrowing Matrix, _ formula: @Sendable (Lanes, Lanes) -> Lanes
  ) {
    value.forEachRow { index, row in
      LinearAlgebra.update(&row, with: other.row(index), formula)
    }
  }

  @inline(__always)
  private static func move(
    _ value: inout Matrix, _ first: borrowing Matrix, _ second: borrowing Matrix,
    _ formula: @Sendable (Lanes, Lanes, Lanes) -> Lanes
  ) {
    value.forEachRow { index, row in
      LinearAlgebra.update(&row, with: first.row(index), second.row(index), formula)
    }
  }
}

extension Matrix {
  /// `-U Vᵀ` of `self = U S Vᵀ`; singular values below 1e-6 of the largest are rounding and count as zero.
  fileprivate func descentPolarFactor() throws(LinearAlgebraError) -> Matrix {
    let svd = try FactoredSVD(rank: min(rows, columns))
      .decompose(left: .identity(rows), right: self)
    let largest = svd.singularValues.first ?? 0
    let rank = min(svd.rank, svd.singularValues.prefix { $0 > largest * 1e-6 }.count)
    let vectors = svd.vectors.keeping(0..<rank)
    var result = Matrix(rows: rows, columns: columns)
    result.multiply(vectors.left, by: vectors.right, alpha: -1)
    return result
  }
}
