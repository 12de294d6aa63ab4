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
    costPerElement: Double = 0.3, _ body: @Sendable (Int, inout MutableSpan<Float>) -> Void
  ) {
    let parts = evenRanges(of: rows, cost: costPerElement * Double(count))
    forEachBlock(rows: parts) { part, block in
      for index in 0..<block.rows {
        var row = block.mutableRow(index)
        body(parts[part].lowerBound + index, &row)
      }
    }
  }

  /// Calls `body` with both parts of each row, cut at a column, spread over the threads.
  ///
  /// - Parameters:
  ///   - column: First column of the second part.
  ///   - costPerElement: Rough cost in nanoseconds of one element.
  ///   - body: Receives the row's index and its two parts to write.
  @inlinable
  public mutating func forEachRow(
    splitAt column: Int, costPerElement: Double = 0.3,
    _ body: @Sendable (Int, inout MutableSpan<Float>, inout MutableSpan<Float>) -> Void
  ) {
    let parts = evenRanges(of: rows, cost: costPerElement * Double(count))
    withDisjointBlocks(rows: parts, columns: [0..<column, column..<columns]) { blocks in
      parallelFor(parts.count) { part in
        var block = blocks.take(2 * part)
        var other = blocks.take(2 * part + 1)
        for index in 0..<block.rows {
          var row = block.mutableRow(index)
          var otherRow = other.mutableRow(index)
          body(parts[part].lowerBound + index, &row, &otherRow)
        }
      }
    }
  }
}

/// `0..<count` in as many ranges of about equal length as there are threads that pay.
///
/// - Parameters:
///   - count: Number of items.
///   - cost: Estimated nanoseconds of all the work together.
/// - Returns: The ranges, ascending; one at least.
@usableFromInline
func evenRanges(of count: Int, cost: Double) -> [Range<Int>] {
  let parts = max(1, min(ComputeThreads.count, count, Int(cost / 5_000) + 1))
  return (0..<parts).map { (count * $0 / parts)..<(count * ($0 + 1) / parts) }
}
