import LinearAlgebra
import Tokens

/// A matrix with one row a token id, [vocabulary × d]: the embedding, or the head.
///
/// It is held in memory, or stays in the checkpoint, from which rows are read when they are needed.
/// Both give the same values, and products with it are taken in the same parts.
public final class TokenTable {
  /// The tensor's name.
  let name: String
  private let values: WeightMatrix
  private let source: any TensorSource
  private let isResident: Bool

  /// The rows; empty when they stay in the checkpoint.
  public var matrix: Matrix {
    _read { yield values.matrix }
    _modify { yield &values.matrix }
  }

  init(
    _ name: String, _ configuration: ModelConfiguration, from source: any TensorSource,
    isResident: Bool
  ) throws {
    let (rows, columns) = (configuration.vocabularySize, configuration.hiddenSize)
    self.name = name
    self.source = source
    self.isResident = isResident
    values = try WeightMatrix(
      [(name, 0..<rows)], columns: columns, from: source, isResident: isResident,
      rowsInBlock: Self.rowsAtOnce(columns: columns))
  }

  /// Rows that a product takes at once: 64 MiB of them.
  static func rowsAtOnce(columns: Int) -> Int { max(1, (1 << 24) / columns) }

  /// Floats in memory: all of a table, or the rows that a product takes at once.
  static func floatCount(_ configuration: ModelConfiguration, isResident: Bool) -> Double {
    let columns = configuration.hiddenSize
    let rows = configuration.vocabularySize
    return Double(isResident ? rows : min(rows, rowsAtOnce(columns: columns))) * Double(columns)
  }

  /// Overwrites `hidden` [T × d] with the rows of tokens, times a factor.
  func gather(_ tokens: [TokenID], scale: Float, into hidden: inout Matrix) throws {
    guard isResident else { return try gatherStored(tokens, scale: scale, into: &hidden) }
    Self.gather(tokens, table: matrix, scale: scale, into: &hidden)
  }

  private static func gather(
    _ tokens: [TokenID], table: borrowing Matrix, scale: Float, into hidden: inout Matrix
  ) {
    hidden.forEachRow { index, row in
      map(table.row(Int(tokens[index])), into: &row) { $0 * scale }
    }
  }

  private func gatherStored(_ tokens: [TokenID], scale: Float, into hidden: inout Matrix) throws {
    for (index, token) in tokens.enumerated() {
      let stored = Int(token)..<(Int(token) + 1)
      var row = hidden.mutableRow(index)
      try source.read(name, rows: stored, into: &row, checks: true)
    }
    hidden.scale(by: scale)
  }

  /// The values, which the disk is asked for where they are not in memory.
  func readAhead() -> WeightMatrix {
    if !isResident { source.willRead(name) }
    return values
  }
}
