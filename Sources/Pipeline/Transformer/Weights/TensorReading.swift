import Dispatch
import LinearAlgebra
import Synchronization

/// The reading of some tensors in pieces, by as many threads as come to work on it.
///
/// A background thread can read ahead alone; when whoever needs the values arrives early, all
/// threads help with what is left.
final class TensorReading: @unchecked Sendable {
  /// Each writes what no other writes, which is what makes sharing the list safe.
  private let pieces: [() throws -> Void]
  private let next = Atomic(0)
  /// The first piece that failed, so that the error does not depend on the threads.
  private let failure = Mutex<(piece: Int, error: any Error)?>(nil)
  private let background = DispatchGroup()

  init(_ pieces: [() throws -> Void]) { self.pieces = pieces }

  /// Starts reading on a thread of `queue`.
  func start(on queue: DispatchQueue, first hint: @escaping @Sendable () -> Void) {
    queue.async(group: background) {
      hint()
      self.work()
    }
  }

  /// Returns when everything is read.
  ///
  /// - Throws: The error of the first piece that failed.
  func finish() throws {
    let threads = ComputeThreads.count
    parallelFor(threads, threads: threads) { _ in work() }
    background.wait()
    if let (_, error) = failure.withLock({ $0 }) { throw error }
  }

  /// Leaves out what has not begun yet.
  func cancel() { next.store(pieces.count, ordering: .relaxed) }

  private func work() {
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < pieces.count else { return }
      do {
        try pieces[index]()
      } catch {
        failure.withLock { if index < $0?.piece ?? .max { $0 = (index, error) } }
      }
    }
  }
}

extension TensorSource {
  /// The pieces of reading a matrix row by row.
  ///
  /// - Parameters:
  ///   - name: The tensor.
  ///   - rows: Its rows to read.
  ///   - columns: Its columns.
  ///   - checks: Whether the values must be finite; a later reading of the same need not ask again.
  ///   - target: Lends the matrix.
  ///   - start: Row of the matrix where the first goes.
  /// - Returns: Pieces for a `TensorReading`.
  func pieces(
    of name: String, rows: Range<Int>, columns: Int, checks: Bool,
    into target: @escaping ((inout Matrix) throws -> Void) throws -> Void, atRow start: Int
  ) -> [() throws -> Void] {
    let step = max(1, (1 << 20) / max(columns, 1))
    return stride(from: rows.lowerBound, to: rows.upperBound, by: step).map { first in
      let part = first..<min(first + step, rows.upperBound)
      return {
        try target { matrix in
          try self.read(
            name, rows: part, into: &matrix, atRow: start + first - rows.lowerBound, checks: checks)
        }
      }
    }
  }

  /// Reads rows of a matrix that are not needed again soon.
  private func read(
    _ name: String, rows: Range<Int>, into matrix: inout Matrix, atRow row: Int, checks: Bool
  ) throws {
    try read(name, rows: rows, into: &matrix, atRow: row)
    didRead(name, rows: rows)
    if checks { try requireFinite(matrix, name, rows: rows, at: row) }
  }
}
