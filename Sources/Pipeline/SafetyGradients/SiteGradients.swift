import LinearAlgebra
import Transformer

/// A module whose gradient is wanted, and where that, or the first of its gradients, stands in the file.
struct SelectedModule: Sendable {
  let index: Int
  let module: LinearModule
}

/// One of the gradients that share an input.
struct GradientPart: Sendable {
  /// Where it stands in the file.
  let index: Int
  /// What the file calls it.
  let name: String
  /// Its columns among the errors.
  let columns: Range<Int>
}

/// The gradients of one row of the file at one site of a layer, as factors: the modules there share X.
///
/// A class, since collections do not hold move-only values.
public final class SiteGradients: Sendable {
  /// Row of the file.
  public let row: Int
  /// X [T x in].
  public let input: Matrix
  /// D of all modules of the site side by side [T x outputs].
  private let errors: Matrix
  private let parts: [GradientPart]

  /// Takes the factors of a row over.
  ///
  /// - Throws: `GradientError.nonFinite`.
  init(
    row: Int, id: String, input: consuming Matrix, errors: consuming Matrix,
    parts: [GradientPart]
  ) throws(GradientError) {
    self.row = row
    self.input = input
    self.errors = errors
    self.parts = parts
    try requireFinite(id)
  }

  /// Indices of the modules in the file.
  public var modules: [Int] { parts.map(\.index) }

  /// D of one of the modules [T x out].
  ///
  /// - Parameter position: Which of `modules`.
  /// - Returns: A matrix of its own.
  public func outputGradient(_ position: Int) -> Matrix {
    errors.copyingColumns(parts[position].columns)
  }

  private func requireFinite(_ id: String) throws(GradientError) {
    if let place = input.firstNonFinite {
      throw .nonFinite(
        factor: "input", module: parts[0].name, example: id, token: place.row,
        feature: place.column)
    }
    for part in parts {
      guard let place = errors.copyingColumns(part.columns).firstNonFinite else { continue }
      throw .nonFinite(
        factor: "output gradient", module: part.name, example: id, token: place.row,
        feature: place.column)
    }
  }
}

/// Who is given gradients as they arise.
public protocol GradientReceiver: AnyObject {
  /// Rows of the file whose gradients begin to arise.
  ///
  /// - Parameter rows: The rows.
  /// - Throws: What keeps the receiver from taking them.
  func begin(_ rows: [Int]) throws

  /// The gradients of the rows of a pass at one site.
  ///
  /// - Parameter gradients: One a row.
  /// - Throws: What keeps the receiver from taking them.
  func receive(_ gradients: [SiteGradients]) throws

  /// A row's gradients have all been received.
  ///
  /// - Parameters:
  ///   - row: The row.
  ///   - loss: Mean negative log-likelihood of its answer tokens.
  /// - Throws: What keeps the receiver from taking it.
  func finish(_ row: Int, loss: Double) throws

  /// All gradients of a layer have been received, where passes go through the layers side by side.
  ///
  /// - Parameter layer: Layer, from 0; the last comes first.
  /// - Throws: What keeps the receiver from taking them.
  func finishLayer(_ layer: Int) throws
}

extension GradientReceiver {
  /// Does nothing.
  public func finishLayer(_ layer: Int) {}
}
