import Dispatch
import LinearAlgebra
import Synchronization

/// The reading of some tensors in pieces, by as many threads as come to work on it.
///
/// A background thread can read ahead alone; when whoever needs the values arrives early, all
/// threads help with what is left. Pieces write what `MatrixAssembly` lends them; only the thread that
/// finishes the reading touches what it is for.
final class TensorReading {
  private let pieces: PieceQueue
  private let install: () -> Void
  private let background = DispatchGroup()

  /// - Parameters:
  ///   - pieces: What is to be done.
  ///   - install: Puts the values where they belong; called once, by `finish`.
  init(_ pieces: [PieceQueue.Piece], install: @escaping () -> Void) {
    self.pieces = PieceQueue(pieces)
    self.install = install
  }

  /// Starts reading on a thread of `queue`.
  func start(on queue: DispatchQueue, first hint: @escaping @Sendable () -> Void) {
    queue.async(group: background) { [pieces] in
      hint()
      pieces.work()
    }
  }

  /// Returns when everything is read and in its place.
  ///
  /// - Throws: The error of the first piece that failed.
  func finish() throws {
    parallelFor(ComputeThreads.count) { [pieces] _ in pieces.work() }
    background.wait()
    install()
    try pieces.throwFailure()
  }

  /// Leaves out what has not begun yet.
  func cancel() { pieces.cancel() }
}

/// Pieces of work, handed out one at a time.
final class PieceQueue: Sendable {
  typealias Piece = @Sendable () throws -> Void

  private let pieces: [Piece]
  private let next = Atomic(0)
  /// The first piece that failed, so that the error does not depend on the threads.
  private let failure = Mutex<(piece: Int, error: any Error)?>(nil)

  init(_ pieces: [Piece]) { self.pieces = pieces }

  func cancel() { next.store(pieces.count, ordering: .relaxed) }

  func work() {
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

  func throwFailure() throws {
    if let error = failure.withLock({ $0?.error }) { throw error }
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
  ///   - target: The matrix.
  ///   - start: Row of the matrix where the first goes.
  /// - Returns: Pieces for a `TensorReading`.
  func pieces(
    of name: String, rows: Range<Int>, columns: Int, checks: Bool, into target: MatrixAssembly,
    atRow start: Int
  ) -> [PieceQueue.Piece] {
    let step = max(1, (1 << 20) / max(columns, 1))
    return stride(from: rows.lowerBound, to: rows.upperBound, by: step).map { first in
      let part = first..<min(first + step, rows.upperBound)
      let row = start + first - rows.lowerBound
      return {
        try target.write(rows: row..<(row + part.count)) { span in
          try read(name, rows: part, into: &span, checks: checks)
        }
      }
    }
  }

  /// Reads rows that are not needed again soon.
  func read(
    _ name: String, rows: Range<Int>, into span: inout MutableSpan<Float>, checks: Bool
  ) throws {
    try read(name, rows: rows, into: &span)
    didRead(name, rows: rows)
    if checks { try requireFinite(span.span, name, rows: rows) }
  }
}
