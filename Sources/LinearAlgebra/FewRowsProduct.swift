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
  /// Length of a partial sum.
  private static let innerBlock = 512

  /// Overwrites the output with `X Wᵀ`, W [n x k], or adds to it.
  func runTransposed() {
    let padded = (rows + 15) & ~15
    unsafe withScratch(inner * padded) { tokens in
      let target = unsafe tokens
      unsafe transpose(into: target, padded: padded)
      let tiles = (columns - 1) / Self.tileRows + 1
      forEachPart(tiles) { part in
        unsafe withScratch(Self.tileRows * padded) { sums in
          for tile in part {
            unsafe multiply(tokens: UnsafePointer(target), padded, tile: tile, sums: sums)
          }
        }
      }
    }
  }

  /// X by columns, [k x padded], zeros where there is no token.
  private func transpose(into target: UnsafeMutablePointer<Float>, padded: Int) {
    let block = 16  // floats of a cache line of X
    forEachPart((inner - 1) / block + 1) { part in
      for start in part {
        for column in (start * block)..<min((start + 1) * block, inner) {
          let line = unsafe target + column * padded
          for row in 0..<rows { unsafe line[row] = left[row &* leftStride &+ column] }
          for row in rows..<padded { unsafe line[row] = 0 }
        }
      }
    }
  }

  private func multiply(
    tokens: UnsafePointer<Float>, _ padded: Int, tile: Int, sums: UnsafeMutablePointer<Float>
  ) {
    let first = tile * Self.tileRows
    let count = min(Self.tileRows, columns - first)
    for start in stride(from: 0, to: inner, by: Self.innerBlock) {
      let length = min(Self.innerBlock, inner - start)
      let factors = unsafe SixRows(
        weight + first * weightStride + start, stride: weightStride, count: count)
      for token in stride(from: 0, to: padded, by: 64) {
        let lanes = unsafe tokens + start * padded + token
        let output = unsafe sums + token
        switch min(64, padded - token) {
        case 64: unsafe tokenTile(FourLanes.self, lanes, factors, length, output, start, padded)
        case 48: unsafe tokenTile(ThreeLanes.self, lanes, factors, length, output, start, padded)
        case 32: unsafe tokenTile(TwoLanes.self, lanes, factors, length, output, start, padded)
        default: unsafe tokenTile(OneLanes.self, lanes, factors, length, output, start, padded)
        }
      }
    }
    unsafe scatter(UnsafePointer(sums), padded, firstColumn: first, count: count)
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
      outputStride: padded, outputRows: Self.tileRows, adding: start > 0
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

  /// Writes a tile's sums, a token a column, into the output's rows.
  private func scatter(
    _ sums: UnsafePointer<Float>, _ padded: Int, firstColumn: Int, count: Int
  ) {
    for row in 0..<rows {
      let target = unsafe output + (row &* outputStride &+ firstColumn)
      for column in 0..<count {
        let value = unsafe sums[column &* padded &+ row]
        unsafe target[column] = adding ? target[column] + value : value
      }
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
    let panel = 64
    forEachPart((columns - 1) / panel + 1) { part in
      for start in stride(from: 0, to: inner, by: Self.weightRows) {
        for index in part {
          let first = index * panel
          switch min(panel, columns - first) {
          case 64: panelTiles(FourLanes.self, first, start)
          case 48: panelTiles(ThreeLanes.self, first, start)
          case 32: panelTiles(TwoLanes.self, first, start)
          default: panelTiles(OneLanes.self, first, start)
          }
        }
      }
    }
  }

  /// All tokens' sums over a block of rows of W, for one panel of its columns.
  @inline(never)
  private func panelTiles<Group: LaneGroup>(_ group: Group.Type, _ first: Int, _ start: Int) {
    let length = min(Self.weightRows, inner - start)
    let lanes = unsafe weight + start * weightStride + first
    let stride = weightStride
    for row in Swift.stride(from: 0, to: rows, by: Self.tileRows) {
      let count = min(Self.tileRows, rows - row)
      // The next panel's lines, one column of lines in each of the first tiles.
      let ahead = unsafe lanes + Group.width + (row / Self.tileRows & 3) * 16
      unsafe multiplyTile(
        group, lanes: lanes, laneStride: stride,
        factors: SixRows(left + row * leftStride + start, stride: leftStride, count: count),
        count: length, output: output + row * outputStride + first, outputStride: outputStride,
        outputRows: count, adding: adding || start > 0
      ) { i in unsafe prefetch_line(ahead + i &* stride) }
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
