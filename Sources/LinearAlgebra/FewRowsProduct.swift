import COpenBLAS

/// Products of few rows, the tokens of an example, with a large weight: `X Wᵀ` and `D W`.
///
/// Here OpenBLAS spends nearly half of its time on copying the weight into the order that its kernels
/// like, which pays when hundreds of rows use the copy. These kernels read the weight where it is,
/// once, a cache line ahead of its use, and keep tiles of the result in registers. Sums are taken in
/// blocks, as OpenBLAS does, so that long rows round no worse.
@safe
struct FewRowsProduct {
  /// m, rows of X and of the result.
  let rows: Int
  /// n, columns of the result.
  let columns: Int
  /// k, what is summed over.
  let inner: Int
  let left: UnsafePointer<Float>
  let leftStride: Int
  let weight: UnsafePointer<Float>
  let weightStride: Int
  let output: UnsafeMutablePointer<Float>
  let outputStride: Int
  /// Whether the product is added to what is there.
  let adding: Bool

  /// Whether these kernels are faster than OpenBLAS's for a product of m x k and k x n.
  static func suits(_ m: Int, _ n: Int, _ k: Int) -> Bool {
    compiled_for_avx512() && m >= 4 && m <= 192 && n >= 64 && k >= 64 && n * k >= 1 << 15
  }

  // MARK: X Wᵀ, tokens along the lanes

  /// Rows of W that a tile takes.
  private static let tileRows = 6
  /// Rows of W whose sums are kept side by side: 16 tiles.
  private static let groupRows = 96
  /// Length of a partial sum: with 64 tokens 32 KiB of X, which stay in the first cache.
  private static let innerBlock = 128

  /// Overwrites the output with `X Wᵀ`, W [n x k], or adds to it.
  func runTransposed() {
    let padded = (rows + 15) & ~15
    unsafe withScratch(inner * padded) { tokens in
      let tokens = unsafe tokens
      forEachPart((inner - 1) / 16 + 1) { part in
        for block in part { unsafe transposeTokens(block * 16, into: tokens, padded: padded) }
      }
      forEachPart((columns - 1) / Self.groupRows + 1) { part in
        unsafe withScratch(Self.groupRows * padded) { sums in
          for group in part {
            unsafe multiply(
              tokens: UnsafePointer(tokens), padded, first: group * Self.groupRows, sums: sums)
          }
        }
      }
    }
  }

  /// Sixteen columns of X as rows of [k x padded], zeros where there is no token.
  private func transposeTokens(
    _ first: Int, into target: UnsafeMutablePointer<Float>, padded: Int
  ) {
    let count = min(16, inner - first)
    for row in stride(from: 0, to: rows, by: 16) {
      unsafe transposeSquare(
        left + row * leftStride + first, stride: leftStride, rows: min(16, rows - row),
        columns: count, to: target + first * padded + row, stride: padded, targetColumns: 16,
        adding: false)
    }
  }

  /// The sums of a group of rows of W with all tokens, and their way into the output.
  private func multiply(
    tokens: UnsafePointer<Float>, _ padded: Int, first: Int, sums: UnsafeMutablePointer<Float>
  ) {
    let end = min(first + Self.groupRows, columns)
    for start in stride(from: 0, to: inner, by: Self.innerBlock) {
      let length = min(Self.innerBlock, inner - start)
      for row in stride(from: first, to: end, by: Self.tileRows) {
        let factors = unsafe SixRows(
          weight + row * weightStride + start, stride: weightStride,
          count: min(Self.tileRows, end - row))
        for token in stride(from: 0, to: padded, by: 64) {
          let lanes = unsafe tokens + start * padded + token
          let output = unsafe sums + (row - first) * padded + token
          switch min(64, padded - token) {
          case 64: unsafe tokenTile(FourLanes.self, lanes, factors, length, output, start, padded)
          case 48: unsafe tokenTile(ThreeLanes.self, lanes, factors, length, output, start, padded)
          case 32: unsafe tokenTile(TwoLanes.self, lanes, factors, length, output, start, padded)
          default: unsafe tokenTile(OneLanes.self, lanes, factors, length, output, start, padded)
          }
        }
      }
    }
    for column in stride(from: first, to: end, by: 16) {
      for row in stride(from: 0, to: rows, by: 16) {
        let count = min(16, end - column)
        unsafe transposeSquare(
          sums + (column - first) * padded + row, stride: padded, rows: count,
          columns: min(16, rows - row), to: output + row * outputStride + column,
          stride: outputStride, targetColumns: count, adding: adding)
      }
    }
  }

  @inline(never)
  private func tokenTile<Group: LaneGroup>(
    _ group: Group.Type, _ lanes: UnsafePointer<Float>, _ factors: SixRows, _ length: Int,
    _ output: UnsafeMutablePointer<Float>, _ start: Int, _ padded: Int
  ) {
    let ahead = unsafe factors.start + Self.tileRows &* weightStride
    let stride = weightStride
    unsafe multiplyTile(
      group, lanes: lanes, laneStride: padded, factors: factors, count: length, output: output,
      outputStride: padded, outputRows: factors.count, adding: start > 0
    ) { i in
      // The same place in the next six rows, line by line.
      guard i & 15 == 0 else { return }
      unsafe prefetch_line(ahead + i)
      unsafe prefetch_line(ahead + i + stride)
      unsafe prefetch_line(ahead + i + 2 &* stride)
      unsafe prefetch_line(ahead + i + 3 &* stride)
      unsafe prefetch_line(ahead + i + 4 &* stride)
      unsafe prefetch_line(ahead + i + 5 &* stride)
    }
  }

  // MARK: D W, columns of W along the lanes

  /// Rows of W whose share is summed before it is added: with 64 columns of them 24 KiB, which stay
  /// in the first cache while all tokens use them.
  private static let weightRows = 96

  /// Overwrites the output with `D W`, W [k x n], or adds to it.
  ///
  /// The number of columns is a multiple of 16.
  func runPlain() {
    forEachPart((columns - 1) / 64 + 1) { part in
      unsafe withScratch(Self.weightRows * 64) { panel in
        for start in stride(from: 0, to: inner, by: Self.weightRows) {
          for index in part {
            let first = index * 64
            // What comes next: the panel to the right, or the first one of the next rows.
            let isLast = index + 1 == part.upperBound
            let next =
              unsafe isLast
              ? weight + (start + Self.weightRows) * weightStride + part.lowerBound * 64
              : weight + start * weightStride + first + 64
            switch min(64, columns - first) {
            case 64: unsafe panelTiles(FourLanes.self, first, start, panel, next)
            case 48: unsafe panelTiles(ThreeLanes.self, first, start, panel, next)
            case 32: unsafe panelTiles(TwoLanes.self, first, start, panel, next)
            default: unsafe panelTiles(OneLanes.self, first, start, panel, next)
            }
          }
        }
      }
    }
  }

  /// All tokens' sums over a block of rows of W, for one panel of its columns.
  ///
  /// The panel is copied first: rows of W are thousands of bytes apart, often a power of two, and
  /// would push one another out of the cache.
  @inline(never)
  private func panelTiles<Group: LaneGroup>(
    _ group: Group.Type, _ first: Int, _ start: Int, _ panel: UnsafeMutablePointer<Float>,
    _ next: UnsafePointer<Float>
  ) {
    let length = min(Self.weightRows, inner - start)
    let source = unsafe weight + start * weightStride + first
    for row in 0..<length {
      unsafe Group(source + row &* weightStride).store(to: panel + row &* Group.width)
    }
    let stride = weightStride
    for row in Swift.stride(from: 0, to: rows, by: Self.tileRows) {
      let count = min(Self.tileRows, rows - row)
      let factors = unsafe SixRows(
        left + row * leftStride + start, stride: leftStride, count: count)
      let target = unsafe output + row * outputStride + first
      // Each of the first four tiles asks for one column of the next panel's cache lines.
      if row < 4 * Self.tileRows {
        let ahead = unsafe next + row / Self.tileRows * 16
        unsafe multiplyTile(
          group, lanes: UnsafePointer(panel), laneStride: Group.width, factors: factors,
          count: length, output: target, outputStride: outputStride, outputRows: count,
          adding: adding || start > 0
        ) { i in unsafe prefetch_line(ahead + i &* stride) }
      } else {
        unsafe multiplyTile(
          group, lanes: UnsafePointer(panel), laneStride: Group.width, factors: factors,
          count: length, output: target, outputStride: outputStride, outputRows: count,
          adding: adding || start > 0
        ) { _ in }
      }
    }
  }

  // MARK: Work

  /// Divides 0..<count among the threads.
  private func forEachPart(_ count: Int, _ body: (Range<Int>) -> Void) {
    let parts = max(1, min(ComputeThreads.count, 2 * rows * columns * inner / 1_000_000, count))
    parallelFor(parts, threads: parts) { part in
      body((count * part / parts)..<(count * (part + 1) / parts))
    }
  }
}

/// Memory that no particular values are in.
private func withScratch(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
  let scratch = UnsafeMutablePointer<Float>.allocate(capacity: count)
  unsafe body(scratch)
  unsafe scratch.deallocate()
}
