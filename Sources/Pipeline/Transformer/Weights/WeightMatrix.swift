import LinearAlgebra

/// The values of a weight, [rows × columns]: float32 in memory, or in the checkpoint, from which a product
/// converts a block of rows at a time.
///
/// A block of a layer's weight is small enough for the caches of most machines: the product reads its float32
/// values before memory has seen them, and a pass over the weight moves little more than the checkpoint's own
/// bytes. Products are taken block by block wherever the values are, so that both ways give the same bits: OpenBLAS
/// divides a product by its shape, and rounds what stands at the end of a division in another way.
public final class WeightMatrix {
  /// All values; empty when they stay in the checkpoint.
  public var matrix: Matrix
  /// Rows of the weight.
  public let rows: Int
  /// Columns of the weight.
  public let columns: Int
  /// The tensors that it consists of, one below the other, each with its rows here.
  private let tensors: [(name: String, rows: Range<Int>)]
  private let source: any TensorSource
  private let isResident: Bool
  private let rowsInBlock: Int
  private var isChecked = false

  /// Reads a weight, or sees to it that products can.
  ///
  /// - Parameters:
  ///   - tensors: What it consists of, one below the other, each with its rows.
  ///   - columns: Columns of all of them.
  ///   - source: Has them in these shapes.
  ///   - isResident: Whether the values are held in memory.
  ///   - rowsInBlock: Rows that a product converts at a time.
  /// - Throws: `ModelError.nonFiniteWeight`, or when the values cannot be read.
  init(
    _ tensors: [(name: String, rows: Range<Int>)], columns: Int, from source: any TensorSource,
    isResident: Bool, rowsInBlock: Int
  ) throws {
    self.tensors = tensors
    rows = tensors.map(\.rows.upperBound).max() ?? 0
    self.columns = columns
    self.source = source
    self.isResident = isResident
    self.rowsInBlock = rowsInBlock
    matrix = Matrix(rows: 0, columns: 0)
    guard isResident else { return }
    matrix = Matrix(uninitializedRows: rows, columns: columns)
    try read(0..<rows, into: &matrix)
  }

  /// Rows that OpenBLAS's kernels take together, or a multiple of them.
  package static let rowsInKernel = 48

  /// Rows of a block of 8 MiB, but enough of them for a sum over rows.
  static func rowsInBlock(columns: Int) -> Int {
    max(4 * rowsInKernel, (1 << 21) / max(columns, 1) / rowsInKernel * rowsInKernel)
  }

  /// Calls `body` with some rows after the other: which they are, a matrix, and the block of it that holds them.
  ///
  /// - Parameter body: Uses the rows; they are gone afterwards.
  /// - Throws: `ModelError.nonFiniteWeight`, what `body` throws, or when the values cannot be read.
  func forEachBlock(_ body: (Range<Int>, borrowing Matrix, Block) throws -> Void) throws {
    var converted = Matrix(
      uninitializedRows: isResident ? 0 : min(rows, rowsInBlock), columns: isResident ? 0 : columns)
    for start in stride(from: 0, to: rows, by: rowsInBlock) {
      let part = start..<min(start + rowsInBlock, rows)
      if isResident {
        try body(part, matrix, Block(rows: part, columns: 0..<columns))
      } else {
        try read(part, into: &converted)
        try body(part, converted, Block(rows: 0..<part.count, columns: 0..<columns))
      }
    }
    isChecked = true
  }

  /// `Y = X Wᵀ`, or adds that.
  ///
  /// - Parameters:
  ///   - input: X, [tokens × columns].
  ///   - output: Y, [tokens × rows].
  ///   - adding: Whether to add to what is there.
  /// - Throws: `ModelError.nonFiniteWeight`, or when the values cannot be read.
  func forward(_ input: borrowing Matrix, into output: inout Matrix, adding: Bool = false) throws {
    let tokens = 0..<input.rows
    try forEachBlock { rows, matrix, block in
      output.multiply(
        input, input.wholeBlock, by: matrix, block, .transposed,
        into: Block(rows: tokens, columns: rows), beta: adding ? 1 : 0)
    }
  }

  /// `dX = dY W`.
  ///
  /// - Parameters:
  ///   - outputGradient: dY, [tokens × rows].
  ///   - inputGradient: dX, [tokens × columns]; overwritten.
  /// - Throws: `ModelError.nonFiniteWeight`, or when the values cannot be read.
  func backward(_ outputGradient: borrowing Matrix, into inputGradient: inout Matrix) throws {
    let (tokens, target) = (0..<outputGradient.rows, inputGradient.wholeBlock)
    try forEachBlock { rows, matrix, block in
      inputGradient.multiply(
        outputGradient, Block(rows: tokens, columns: rows), by: matrix, block, into: target,
        beta: rows.lowerBound == 0 ? 0 : 1)
    }
  }

  /// Some rows, copied out of memory or converted.
  ///
  /// - Parameter part: Which.
  /// - Returns: [rows of the part × columns].
  /// - Throws: `ModelError.nonFiniteWeight`, or when the values cannot be read.
  func copy(rows part: Range<Int>) throws -> Matrix {
    if isResident { return matrix.copying(Block(rows: part, columns: 0..<columns)) }
    var copied = Matrix(uninitializedRows: part.count, columns: columns)
    try read(part, into: &copied)
    return copied
  }

  /// The tensors, for whoever has them read ahead.
  var tensorNames: [String] { isResident ? [] : tensors.map(\.name) }

  /// Converts rows to the first ones of a matrix, by all threads.
  private func read(_ part: Range<Int>, into target: inout Matrix) throws {
    let pieces = pieces(of: part)
    let (source, checks) = (source, !isChecked)
    try target.withDisjointBlocks(rows: pieces.map(\.target)) { blocks in
      _ = try parallelMap(pieces.count) { index in
        let piece = pieces[index]
        var block = blocks.take(index)
        var values = block.mutableSpan
        try source.read(piece.name, rows: piece.rows, into: &values, checks: checks)
      }
    }
  }

  /// A run of rows of one tensor, and where in a matrix it goes.
  private struct Piece {
    let name: String
    let rows: Range<Int>
    let target: Range<Int>
  }

  /// Pieces of about a mebibyte, which threads share.
  private func pieces(of part: Range<Int>) -> [Piece] {
    let step = max(1, (1 << 18) / max(columns, 1) / Self.rowsInKernel) * Self.rowsInKernel
    return tensors.flatMap { tensor in
      let common = part.clamped(to: tensor.rows)
      return stride(from: common.lowerBound, to: common.upperBound, by: step).map { first in
        let end = min(first + step, common.upperBound)
        return Piece(
          name: tensor.name,
          rows: (first - tensor.rows.lowerBound)..<(end - tensor.rows.lowerBound),
          target: (first - part.lowerBound)..<(end - part.lowerBound))
      }
    }
  }
}

extension TensorSource {
  /// Reads rows that are not needed again soon.
  func read(
    _ name: String, rows: Range<Int>, into span: inout MutableSpan<Float>, checks: Bool
  ) throws {
    try read(name, rows: rows, into: &span)
    didRead(name, rows: rows)
    if checks { try requireFinite(span.span, name, rows: rows) }
  }
}
