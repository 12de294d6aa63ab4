import Synchronization

/// Memory for what is between the operands of a product and its result, used again and again.
///
/// Thousands of products a second would otherwise ask the C library for the same pieces, which
/// then tidies up after each. What is kept is bounded by the number of threads.
@safe
enum ScratchMemory {
  @safe
  private struct Piece: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>
    let capacity: Int

    func fits(_ count: Int) -> Bool { capacity >= count && capacity / 2 <= count }
  }

  /// Pieces that nobody uses, the one that was used last at the end.
  private static let idle = Mutex<[Piece]>([])

  /// Lends a matrix of no particular values, aligned to a cache line.
  ///
  /// - Parameters:
  ///   - rows: Its rows.
  ///   - columns: Its columns.
  ///   - body: Uses it, and no longer than it runs.
  static func lend(rows: Int, columns: Int, to body: (inout MatrixBlock) -> Void) {
    let piece = takeIdle(rows * columns) ?? allocate(rows * columns)
    var block = unsafe MatrixBlock(
      start: piece.start, rows: rows, columns: columns, stride: columns)
    body(&block)
    giveBack(piece)
  }

  private static func takeIdle(_ count: Int) -> Piece? {
    idle.withLock { idle in idle.lastIndex { $0.fits(count) }.map { idle.remove(at: $0) } }
  }

  private static func allocate(_ count: Int) -> Piece {
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    return unsafe Piece(
      start: memory.bindMemory(to: Float.self, capacity: count), capacity: count)
  }

  private static func giveBack(_ piece: Piece) {
    let oldest = idle.withLock { idle in
      idle.append(piece)
      // A product uses one piece, and each of its threads two.
      return idle.count > 2 * ComputeThreads.count + 1 ? idle.removeFirst() : nil
    }
    if let oldest { unsafe oldest.start.deallocate() }
  }
}
