import LinearAlgebra
import Tokens

/// Receives the gradients of a backward pass as they arise, the last layer first.
///
/// The weight gradient of a linear module is never formed by the pass: it is handed over as its
/// factors, and whoever needs `G = Dᵀ X` multiplies.
public protocol GradientObserver: AnyObject {
  /// Whether the gradients of norms, biases, embedding and head are wanted as well.
  var wantsAllParameters: Bool { get }

  /// A pass begins; what is observed until the next one is of these examples.
  ///
  /// - Parameters:
  ///   - examples: The examples of the pass.
  ///   - rows: The rows of each one in the matrices that are observed.
  /// - Throws: What keeps the observer from taking them; the pass ends with it.
  func begin(_ examples: [Example], rows: [Range<Int>]) throws

  /// The factors of the weight gradients at one site: `G = Dᵀ X` for each module there.
  ///
  /// - Parameters:
  ///   - layer: Layer, from 0.
  ///   - site: Which of the layer's four weights.
  ///   - input: X, [tokens × inputs].
  ///   - outputGradient: D of all modules of the site side by side, [tokens × outputs].
  /// - Throws: What keeps the observer from taking them; the pass ends with it.
  func observe(
    layer: Int, site: LinearSite, input: borrowing Matrix, outputGradient: borrowing Matrix) throws

  /// The gradient of a norm's scale, [1 × size].
  ///
  /// - Parameters:
  ///   - layer: Layer, or nil for the final norm.
  ///   - norm: Which norm.
  ///   - gradient: With respect to the effective scale.
  func observe(layer: Int?, norm: NormKind, gradient: borrowing Matrix)

  /// Adds to the gradient of the embedding: the rows of `gradient` belong to `tokens`.
  ///
  /// - Parameters:
  ///   - tokens: T token ids.
  ///   - gradient: [T × d].
  func observe(embeddingOf tokens: [TokenID], gradient: borrowing Matrix)

  /// Adds to the gradient of the head (or of the embedding, when tied): `dEᵀ` of some rows.
  ///
  /// - Parameters:
  ///   - logitGradient: [rows × vocabulary].
  ///   - hidden: The head's input, [rows × d].
  func observe(headFrom logitGradient: borrowing Matrix, hidden: borrowing Matrix)
}

extension GradientObserver {
  /// No: only the factors of the linear weights.
  public var wantsAllParameters: Bool { false }
  /// Does nothing.
  public func begin(_ examples: [Example], rows: [Range<Int>]) {}
  /// Does nothing.
  public func observe(layer: Int?, norm: NormKind, gradient: borrowing Matrix) {}
  /// Does nothing.
  public func observe(embeddingOf tokens: [TokenID], gradient: borrowing Matrix) {}
  /// Does nothing.
  public func observe(headFrom logitGradient: borrowing Matrix, hidden: borrowing Matrix) {}
}
