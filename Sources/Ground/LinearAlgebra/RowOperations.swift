// Elementwise maps and sums over rows. Each takes its formula as a closure over lanes, which is
// inlined, so that a layer can be written as its mathematics.

/// `output[i] = formula(a[i])`.
///
/// - Parameters:
///   - a: Input of n elements.
///   - output: n elements; overwritten.
///   - formula: Applied to sixteen elements at a time.
@inlinable @inline(__always)
public func map(
  _ a: Span<Float>, into output: inout MutableSpan<Float>, _ formula: (Lanes) -> Lanes
) {
  let count = output.count
  precondition(a.count == count, "rows of \(a.count) and \(count)")
  var row = output.part(0..<count)
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    row.store(formula(a.lanes(index)), index)
  }
}

/// `output[i] = formula(a[i], b[i])`.
///
/// - Parameters:
///   - a: Input of n elements.
///   - b: Input of n elements.
///   - output: n elements; overwritten.
///   - formula: Applied to sixteen elements at a time.
@inlinable @inline(__always)
public func map(
  _ a: Span<Float>, _ b: Span<Float>, into output: inout MutableSpan<Float>,
  _ formula: (Lanes, Lanes) -> Lanes
) {
  let count = output.count
  precondition(a.count == count && b.count == count, "rows of \(a.count), \(b.count), \(count)")
  var row = output.part(0..<count)
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    row.store(formula(a.lanes(index), b.lanes(index)), index)
  }
}

/// `output[i] = formula(output[i])`, in place.
///
/// - Parameters:
///   - output: Read and overwritten.
///   - formula: Applied to sixteen elements at a time.
@inlinable @inline(__always)
public func update(_ output: inout MutableSpan<Float>, _ formula: (Lanes) -> Lanes) {
  let count = output.count
  var row = output.part(0..<count)
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    row.store(formula(row.lanes(index)), index)
  }
}

/// `output[i] = formula(output[i], a[i])`, in place.
///
/// - Parameters:
///   - output: n elements; read and overwritten.
///   - a: Input of n elements.
///   - formula: Applied to sixteen elements at a time.
@inlinable @inline(__always)
public func update(
  _ output: inout MutableSpan<Float>, with a: Span<Float>, _ formula: (Lanes, Lanes) -> Lanes
) {
  let count = output.count
  precondition(a.count == count, "rows of \(a.count) and \(count)")
  var row = output.part(0..<count)
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    row.store(formula(row.lanes(index), a.lanes(index)), index)
  }
}

/// `output[i] = formula(output[i], a[i], b[i])`, in place.
///
/// - Parameters:
///   - output: n elements; read and overwritten.
///   - a: Input of n elements.
///   - b: Input of n elements.
///   - formula: Applied to sixteen elements at a time.
@inlinable @inline(__always)
public func update(
  _ output: inout MutableSpan<Float>, with a: Span<Float>, _ b: Span<Float>,
  _ formula: (Lanes, Lanes, Lanes) -> Lanes
) {
  let count = output.count
  precondition(a.count == count && b.count == count, "rows of \(a.count), \(b.count), \(count)")
  var row = output.part(0..<count)
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    row.store(formula(row.lanes(index), a.lanes(index), b.lanes(index)), index)
  }
}

/// `sum over i of formula(a[i], b[i])`, in sixteen float32 partial sums added up in float64.
///
/// The padding of the last group is zeros, so `formula(0, 0)` must be 0.
///
/// - Parameters:
///   - a: Input of n elements.
///   - b: Input of n elements.
///   - formula: Applied to sixteen elements at a time.
/// - Returns: The sum; 0 for empty rows.
@inlinable @inline(__always)
public func sum(
  _ a: Span<Float>, _ b: Span<Float>, _ formula: (Lanes, Lanes) -> Lanes
) -> Double {
  let count = a.count
  precondition(b.count == count, "rows of \(count) and \(b.count)")
  var total = Lanes()
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    total += formula(a.lanes(index), b.lanes(index))
  }
  return total.doubleSum
}

/// `sum over i of formula(a[i], b[i], c[i])`, in sixteen float32 partial sums added in float64.
///
/// - Parameters:
///   - a: Input of n elements.
///   - b: Input of n elements.
///   - c: Input of n elements.
///   - formula: Applied to sixteen elements at a time; must be 0 for zeros.
/// - Returns: The sum; 0 for empty rows.
@inlinable @inline(__always)
public func sum(
  _ a: Span<Float>, _ b: Span<Float>, _ c: Span<Float>, _ formula: (Lanes, Lanes, Lanes) -> Lanes
) -> Double {
  let count = a.count
  precondition(b.count == count && c.count == count, "rows of \(count), \(b.count), \(c.count)")
  var total = Lanes()
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    total += formula(a.lanes(index), b.lanes(index), c.lanes(index))
  }
  return total.doubleSum
}

/// The sum of squares of a row.
///
/// - Parameter a: Input.
/// - Returns: The sum; 0 for an empty row.
@inlinable @inline(__always)
public func sumOfSquares(_ a: Span<Float>) -> Double {
  sum(a, a) { x, _ in x * x }
}

/// The place of the first element that is NaN or infinite, or nil.
///
/// - Parameter a: The elements.
/// - Returns: Its index, from 0.
public func firstNonFinite(_ a: Span<Float>) -> Int? {
  // Zero times an element is NaN exactly when the element is not finite.
  if sum(a, a, { x, _ in x * 0 }) == 0 { return nil }
  for index in a.indices where !a[index].isFinite { return index }
  return nil
}

extension Lanes {
  /// The sum of the lanes in float64.
  @inlinable @inline(__always)
  public var doubleSum: Double {
    var total = 0.0
    for lane in 0..<Lanes.scalarCount { total += Double(self[lane]) }
    return total
  }
}
