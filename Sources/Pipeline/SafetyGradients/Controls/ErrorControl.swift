import LinearAlgebra
import RandomNumbers
import Tokens
import Transformer

/// A control that changes D, the errors that the backward pass of an example delivers, and so needs no
/// pass of its own.
enum ErrorControl: Sendable {
  /// Where each row of D comes from.  // [T]
  case permuted(sourceRows: [Int])
  /// Rows of the same lengths in random directions.
  case random(seed: Int, Example)

  /// Rows dealt anew.
  ///
  /// The rows that take part are those of an example's answer: at each of them the model predicts an
  /// answer token, so that the loss reaches it by itself. Other rows have errors through attention alone
  /// and keep them. Every row that takes part goes to another place: the permutation is one cycle
  /// (Sattolo 1986). It is the same in all modules, since a row is a token everywhere.
  ///
  /// - Parameters:
  ///   - example: Whose rows.
  ///   - seed: Start of every sequence of the run.
  /// - Returns: The control.
  /// - Throws: `ControlError.impossible` when one row alone takes part.
  static func permuting(_ example: Example, seed: Int) throws(ControlError) -> ErrorControl {
    let rows = example.answerPlaces.map { $0 - 1 }
    guard rows.count > 1 else {
      throw .impossible(
        .permutedErrors, example: example.id, reason: "one token alone carries loss")
    }
    var draws = GradientControl.permutedErrors.draws(seed: seed, example)
    var dealt = rows
    for last in stride(from: rows.count - 1, to: 0, by: -1) {
      dealt.swapAt(last, draws.index(below: last))
    }
    var sourceRows = Array(example.tokens.indices)
    for (row, source) in zip(rows, dealt) { sourceRows[row] = source }
    return .permuted(sourceRows: sourceRows)
  }

  /// The errors of the control.
  ///
  /// - Parameters:
  ///   - errors: D of the modules of a site side by side, [T × outputs].
  ///   - modules: The modules that are wanted.
  /// - Returns: D in its place; columns of other modules have no particular value.
  func applied(to errors: borrowing Matrix, modules: [LinearModule]) -> Matrix {
    switch self {
    case .permuted(let sourceRows): return errors.gatheringRows(sourceRows)
    case .random(let seed, let example):
      var result = Matrix(rows: errors.rows, columns: errors.columns)
      for module in modules {
        var draws = GradientControl.randomErrors.draws(seed: seed, example, for: [module.name])
        for row in 0..<errors.rows {
          result.drawRow(row, columns: module.rows, ofTheLengthIn: errors, &draws)
        }
      }
      return result
    }
  }
}

extension Matrix {
  /// Overwrites a part of a row with Gaussian numbers that have its Euclidean norm in another matrix.
  fileprivate mutating func drawRow(
    _ row: Int, columns: Range<Int>, ofTheLengthIn other: borrowing Matrix,
    _ draws: inout SplitMix64
  ) {
    let errors = other.row(row)
    var length = 0.0
    for column in columns { length += Double(errors[column]) * Double(errors[column]) }
    // Drawn in any case, so that a row does not depend on whether one before it is zero.
    let normals = columns.map { _ in draws.normal() }
    let norm = normals.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let scale = norm > 0 ? length.squareRoot() / norm : 0
    var target = mutableRow(row)
    for (column, normal) in zip(columns, normals) { target[column] = Float(scale * normal) }
  }
}
