import COpenBLAS

/// Products of few rows, the tokens of an example, with a large weight: `X Wᵀ` and `D W`.
///
/// Here OpenBLAS spends nearly half of its time on copying the weight into the order that its kernels
/// like, which pays when hundreds of rows use the copy. These kernels transpose the few rows instead, so
/// that tokens lie along the lanes of the registers, multiply them by one weight after the other, and
/// read each weight once, asked for before it is used. Sums are taken in blocks, as OpenBLAS does, so
/// that long rows round no worse.
/// The factors are read by all threads; each writes the columns of the result that it is lent.
@safe
struct FewRowsProduct: @unchecked Sendable {
  private let left: UnsafePointer<Float>
  private let leftStride: Int
  private let weight: UnsafePointer<Float>
  private let weightStride: Int
  /// k, what is summed over.
  let inner: Int
  /// Whether the product is `X Wᵀ`, W [n x k], and not `D W`, W [k x n].
  let transposesWeight: Bool
  /// Whether it is added to what is there.
  let adding: Bool

  /// A product with blocks of two matrices, which must be there until it has run.
  init(
    _ left: borrowing Matrix, _ leftBlock: Block, _ weight: borrowing Matrix, _ weightBlock: Block,
    transposesWeight: Bool, adding: Bool
  ) {
    unsafe self.left = left.corner(of: leftBlock)
    leftStride = left.columns
    unsafe self.weight = weight.corner(of: weightBlock)
    weightStride = weight.columns
    inner = leftBlock.columns.count
    self.transposesWeight = transposesWeight
    self.adding = adding
  }

  /// Whether these kernels can do a product.
  static func takes(
    _ n: Int, _ transposeA: Transposition, _ transposeB: Transposition, alpha: Float, beta: Float
  ) -> Bool {
    transposeA == .none && alpha == 1 && (beta == 0 || beta == 1)
      && (transposeB == .transposed || n % 16 == 0)
  }

  /// Whether the program was compiled for processors on which they can be the faster ones.
  static var isCompiledIn: Bool { compiled_for_avx512() }

  /// Whether they are faster than OpenBLAS's for one of m x k and k x n.
  static func isFaster(_ m: Int, _ n: Int, _ k: Int) -> Bool {
    isCompiledIn && m >= 4 && m <= 192 && n >= 64 && k >= 64 && n * k >= 1 << 15
  }

  // MARK: Tiles with the tokens along their lanes

  /// Columns of the result that a tile takes.
  private static let tileColumns = 6

  /// Overwrites a block [m x n] with the product, or adds it.
  func run(into output: inout MatrixBlock) {
    let shape = Shape(rows: output.rows, columns: output.columns, inner: inner)
    ScratchMemory.lend(rows: inner, columns: shape.padded) { tokens in
      tokens.forEachBlock(rows: shape.groups(of: inner), threads: shape.threads) { index, part in
        transposeTokens(index * shape.groupColumns, shape, into: &part)
      }
      let tokens = unsafe Tokens(start: UnsafePointer(tokens.start))
      output.forEachBlock(
        rows: [0..<shape.rows], columns: shape.groups(of: shape.columns), threads: shape.threads
      ) { index, target in
        ScratchMemory.lend(rows: shape.groupColumns, columns: shape.padded) { sums in
          let first = index * shape.groupColumns
          let group = unsafe Group(
            shape: shape, columns: first..<(first + target.columns),
            next: first + shape.threads * shape.groupColumns, tokens: tokens.start,
            sums: sums.start)
          if transposesWeight { runTransposed(group) } else { runPlain(group) }
          store(group, into: &target)
        }
      }
    }
  }

  private func runTransposed(_ group: Group) {
    for start in stride(from: 0, to: inner, by: Self.rowBlock) { addRows(to: group, from: start) }
  }

  private func runPlain(_ group: Group) {
    ScratchMemory.lend(rows: Self.panelRows, columns: group.shape.groupColumns) { panel in
      for start in stride(from: 0, to: inner, by: Self.panelRows) {
        unsafe addPanel(to: group, from: start, panel: panel.start)
      }
    }
  }

  /// How a product is divided.
  private struct Shape {
    /// m, rows of X and of the result.
    let rows: Int
    /// n, columns of the result.
    let columns: Int
    /// Tokens, rounded up to whole lanes.
    let padded: Int
    /// Columns of the result whose sums are kept side by side: 16 tiles, or half as many where threads
    /// would have only a few groups to share.
    let groupColumns: Int
    /// As many as have a million operations each to do.
    let threads: Int

    init(rows: Int, columns: Int, inner: Int) {
      self.rows = rows
      self.columns = columns
      padded = (rows + 15) & ~15
      groupColumns = columns < 1024 ? 48 : 96
      threads = max(1, min(ComputeThreads.count, 2 * rows * columns * inner / 1_000_000))
    }

    func groups(of count: Int) -> [Range<Int>] {
      stride(from: 0, to: count, by: groupColumns).map { $0..<min($0 + groupColumns, count) }
    }
  }

  /// The left factor transposed, [k x padded], which all threads read.
  @safe
  private struct Tokens: @unchecked Sendable {
    let start: UnsafePointer<Float>
  }

  /// Sums of all tokens for some columns of the result.
  @safe
  private struct Group {
    let shape: Shape
    let columns: Range<Int>
    /// First column of the group that the same thread takes next, if threads go on taking turns.
    let next: Int
    /// The left factor transposed, [k x padded].
    let tokens: UnsafePointer<Float>
    /// [columns x padded].
    let sums: UnsafeMutablePointer<Float>

    var padded: Int { shape.padded }
  }

  /// Columns of the left factor from one on as rows of [k x padded], zeros where there is no token.
  private func transposeTokens(_ first: Int, _ shape: Shape, into target: inout MatrixBlock) {
    let start = unsafe target.start
    forEachSquare(shape.rows, target.rows) { row, column in
      unsafe transposeSquare(
        left + row * leftStride + first + column, stride: leftStride,
        rows: min(16, shape.rows - row), columns: min(16, target.rows - column),
        to: start + column * shape.padded + row, stride: shape.padded, targetColumns: 16,
        adding: false)
    }
  }

  private func store(_ group: Group, into target: inout MatrixBlock) {
    let start = unsafe target.start
    forEachSquare(target.rows, target.columns) { row, column in
      let count = min(16, target.columns - column)
      unsafe transposeSquare(
        group.sums + column * group.padded + row, stride: group.padded, rows: count,
        columns: min(16, target.rows - row), to: start + row * target.stride + column,
        stride: target.stride, targetColumns: count, adding: adding)
    }
  }

  /// Squares of sixteen tokens and sixteen columns, along the rows: neighbours in memory follow each
  /// other.
  @inline(__always)
  private func forEachSquare(_ rows: Int, _ columns: Int, _ body: (Int, Int) -> Void) {
    for row in stride(from: 0, to: rows, by: 16) {
      for column in stride(from: 0, to: columns, by: 16) {
        body(row, column)
      }
    }
  }

  // MARK: X Wᵀ: rows of the weight where they are

  /// Length of a partial sum: with 64 tokens 32 KiB of X, which stay in the first cache.
  private static let rowBlock = 128

  /// Adds the products with a stretch of the group's rows of W to its sums.
  private func addRows(to group: Group, from start: Int) {
    let length = min(Self.rowBlock, inner - start)
    let columns = group.columns
    for column in stride(from: columns.lowerBound, to: columns.upperBound, by: Self.tileColumns) {
      let factors = unsafe SixFactors(
        weight + column * weightStride + start, stride: weightStride,
        count: min(Self.tileColumns, columns.upperBound - column))
      let isLast = column + Self.tileColumns >= columns.upperBound
      let next = isLast ? group.next : column + Self.tileColumns
      let ahead = unsafe weight + next * weightStride + start
      let stride = weightStride
      addTiles(group, column, factors, step: 1, start, length) { i in
        // The same place in the next six rows, line by line.
        unsafe prefetch_line(ahead + i)
        unsafe prefetch_line(ahead + i + stride)
        unsafe prefetch_line(ahead + i + 2 &* stride)
        unsafe prefetch_line(ahead + i + 3 &* stride)
        unsafe prefetch_line(ahead + i + 4 &* stride)
        unsafe prefetch_line(ahead + i + 5 &* stride)
      }
    }
  }

  // MARK: D W: panels of the weight, copied

  /// Rows of a panel: with its 96 columns 12 KiB, which stay in the first cache beside their tokens and
  /// the sums.
  private static let panelRows = 32

  /// Adds the products with some rows of W, in the group's columns, to its sums.
  ///
  /// The panel is copied first: rows of W are thousands of bytes apart, often a power of two, and
  /// would push one another out of the cache.
  private func addPanel(to group: Group, from start: Int, panel: UnsafeMutablePointer<Float>) {
    let length = min(Self.panelRows, inner - start)
    let columns = group.columns
    let groupColumns = group.shape.groupColumns
    unsafe copy(
      weight + start * weightStride + columns.lowerBound, rows: length, columns: columns.count,
      to: panel, groupColumns)
    for column in stride(from: 0, to: columns.count, by: Self.tileColumns) {
      prefetchPanel(behind: start, group, share: column..<(column + Self.tileColumns))
      let factors = unsafe SixFactors(
        UnsafePointer(panel) + column, stride: 1,
        count: min(Self.tileColumns, columns.count - column))
      addTiles(
        group, columns.lowerBound + column, factors, step: groupColumns, start, length
      ) { _ in }
    }
  }

  private func copy(
    _ source: UnsafePointer<Float>, rows: Int, columns: Int,
    to panel: UnsafeMutablePointer<Float>, _ groupColumns: Int
  ) {
    for row in 0..<rows {
      let source = unsafe source + row &* weightStride
      let target = unsafe panel + row &* groupColumns
      for line in 0..<(columns / 16) {
        unsafe OneLanes(source + 16 &* line).store(to: target + 16 &* line)
      }
    }
  }

  /// Asks for a share of the panel that comes next, below this one or at the top of the next group,
  /// into the second cache: the first one is full.
  private func prefetchPanel(behind start: Int, _ group: Group, share: Range<Int>) {
    let isLast = start + Self.panelRows >= inner
    let next =
      unsafe isLast
      ? weight + group.next
      : weight + (start + Self.panelRows) * weightStride + group.columns.lowerBound
    let groupColumns = group.shape.groupColumns
    let first = share.lowerBound * Self.panelRows / groupColumns
    let end = share.upperBound * Self.panelRows / groupColumns
    for row in first..<end {
      for line in 0..<(groupColumns / 16) {
        unsafe prefetch_line_into_second_cache(next + (row &* weightStride &+ 16 &* line))
      }
    }
  }

  // MARK: Tiles

  /// Six columns of the result for all tokens, up to 64 of them at a time.
  @inline(__always)
  private func addTiles(
    _ group: Group, _ column: Int, _ factors: SixFactors, step: Int, _ start: Int, _ length: Int,
    prefetch: (Int) -> Void
  ) {
    let padded = group.padded
    let sums = unsafe group.sums + (column - group.columns.lowerBound) * padded
    for token in stride(from: 0, to: padded, by: 64) {
      let lanes = unsafe TokenLanes(
        start: group.tokens + start * padded + token, stride: padded, count: length)
      let target = unsafe TileSums(start: sums + token, stride: padded, adding: start > 0)
      switch min(64, padded - token) {
      case 64: addTile(FourLanes.self, lanes, factors, step: step, target, prefetch)
      case 48: addTile(ThreeLanes.self, lanes, factors, step: step, target, prefetch)
      case 32: addTile(TwoLanes.self, lanes, factors, step: step, target, prefetch)
      default: addTile(OneLanes.self, lanes, factors, step: step, target, prefetch)
      }
    }
  }
}
