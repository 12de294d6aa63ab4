import Synchronization

/// A matrix that several threads write, each rows of its own, until it is whole.
///
/// For work that outlives a call, as reading ahead does; inside one call there is `withDisjointBlocks`.
@safe
public final class MatrixAssembly: Sendable {
  private struct State: ~Copyable {
    var matrix: Matrix
    var given: [Range<Int>] = []
    var writerCount = 0
  }

  @safe
  private struct Place: @unchecked Sendable {
    let start: UnsafeMutablePointer<Float>
    let columns: Int
  }

  private let state: Mutex<State>

  /// Takes a matrix over.
  ///
  /// - Parameter matrix: Whose elements need not have a value.
  public init(_ matrix: consuming Matrix) { state = Mutex(State(matrix: matrix)) }

  /// Lends rows that nobody has been lent before; anything else is a programmer error.
  ///
  /// - Parameters:
  ///   - rows: The rows.
  ///   - body: Receives their elements, row after row.
  /// - Throws: What `body` throws.
  public func write<Failure: Error>(
    rows: Range<Int>, _ body: (inout MutableSpan<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    let place = take(rows)
    defer { state.withLock { $0.writerCount -= 1 } }
    var span = unsafe MutableSpan(_unsafeStart: place.start, count: rows.count * place.columns)
    try body(&span)
  }

  private func take(_ rows: Range<Int>) -> Place {
    state.withLock { state in
      precondition(
        rows.lowerBound >= 0 && rows.upperBound <= state.matrix.rows,
        "rows \(rows) of \(state.matrix.rows)")
      precondition(!state.given.contains { $0.overlaps(rows) }, "rows \(rows) are lent twice")
      state.given.append(rows)
      state.writerCount += 1
      let columns = state.matrix.columns
      return unsafe Place(
        start: state.matrix.storage + rows.lowerBound * columns, columns: columns)
    }
  }

  /// Gives the matrix back, when nobody writes any more.
  ///
  /// - Returns: The matrix; there is none left here.
  public func finish() -> Matrix {
    state.withLock { state in
      precondition(state.writerCount == 0, "\(state.writerCount) threads still write")
      return state.matrix.take()
    }
  }
}
