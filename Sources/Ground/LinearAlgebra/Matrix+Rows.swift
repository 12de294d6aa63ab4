extension Matrix {
  /// Calls `body` for each row, spread over the threads when there is enough to do.
  ///
  /// Rows are independent of each other, so the result does not depend on the number of threads.
  ///
  /// - Parameters:
  ///   - costPerElement: Rough cost in nanoseconds of one element, to decide whether threads pay.
  ///   - body: Receives the row's index and the row to write.
  @inlinable
  public mutating func forEachRow(
    costPerElement: Double = 0.3, _ body: (Int, inout MutableSpan<Float>) -> Void
  ) {
    let (rows, columns) = (rows, columns)
    let base = unsafe storage
    forEachRange(of: rows, cost: costPerElement * Double(rows * columns)) { range in
      for index in range {
        var row = unsafe MutableSpan(_unsafeStart: base + index * columns, count: columns)
        body(index, &row)
      }
    }
  }

  /// Calls `body` for each row of two matrices of equal height, spread over the threads.
  ///
  /// - Parameters:
  ///   - second: Another matrix with as many rows.
  ///   - costPerElement: Rough cost in nanoseconds of one element of the first.
  ///   - body: Receives the row's index and both rows to write.
  @inlinable
  public mutating func forEachRow(
    and second: inout Matrix, costPerElement: Double = 0.3,
    _ body: (Int, inout MutableSpan<Float>, inout MutableSpan<Float>) -> Void
  ) {
    precondition(second.rows == rows, "\(rows) and \(second.rows) rows")
    let (rows, columns, otherColumns) = (rows, columns, second.columns)
    let (base, otherBase) = unsafe (storage, second.storage)
    forEachRange(of: rows, cost: costPerElement * Double(rows * columns)) { range in
      for index in range {
        var row = unsafe MutableSpan(_unsafeStart: base + index * columns, count: columns)
        var other = unsafe MutableSpan(
          _unsafeStart: otherBase + index * otherColumns, count: otherColumns)
        body(index, &row, &other)
      }
    }
  }
}

extension Matrix {
  /// Calls `body` with both parts of each row, cut at a column, spread over the threads.
  ///
  /// - Parameters:
  ///   - column: First column of the second part.
  ///   - costPerElement: Rough cost in nanoseconds of one element.
  ///   - body: Receives the row's index and its two parts to write.
  @inlinable
  public mutating func forEachRow(
    splitAt column: Int, costPerElement: Double = 0.3,
    _ body: (Int, inout MutableSpan<Float>, inout MutableSpan<Float>) -> Void
  ) {
    precondition(column >= 0 && column <= columns, "column \(column) of \(columns)")
    let (rows, columns) = (rows, columns)
    let base = unsafe storage
    forEachRange(of: rows, cost: costPerElement * Double(rows * columns)) { range in
      for index in range {
        let start = unsafe base + index * columns
        var first = unsafe MutableSpan(_unsafeStart: start, count: column)
        var second = unsafe MutableSpan(_unsafeStart: start + column, count: columns - column)
        body(index, &first, &second)
      }
    }
  }
}

/// Splits `0..<count` into as many ranges as threads pay for and runs `body` on each.
///
/// - Parameters:
///   - count: Number of items.
///   - cost: Estimated nanoseconds of all the work together.
///   - body: Called once a range, from several threads.
@usableFromInline
func forEachRange(of count: Int, cost: Double, _ body: (Range<Int>) -> Void) {
  let threads = min(ComputeThreads.count, count, Int(cost / 5_000) + 1)
  if threads <= 1 { return body(0..<count) }
  parallelFor(threads, threads: threads) { part in
    body((count * part / threads)..<(count * (part + 1) / threads))
  }
}
