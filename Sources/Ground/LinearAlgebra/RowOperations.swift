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
  unsafe a.withUnsafeBufferPointer { a in
    unsafe output.withUnsafeMutableBufferPointer { output in
      guard let a = a.baseAddress, let output = output.baseAddress else { return }
      for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
        unsafe output.store(formula(a.lanes(index, of: count)), index, of: count)
      }
    }
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
  unsafe a.withUnsafeBufferPointer { a in
    unsafe b.withUnsafeBufferPointer { b in
      unsafe output.withUnsafeMutableBufferPointer { output in
        guard let a = a.baseAddress, let b = b.baseAddress,
          let output = output.baseAddress
        else { return }
        for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
          unsafe output.store(
            formula(a.lanes(index, of: count), b.lanes(index, of: count)), index, of: count)
        }
      }
    }
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
  unsafe output.withUnsafeMutableBufferPointer { output in
    guard let output = output.baseAddress else { return }
    for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
      let lanes = unsafe UnsafePointer(output).lanes(index, of: count)
      unsafe output.store(formula(lanes), index, of: count)
    }
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
  unsafe a.withUnsafeBufferPointer { a in
    unsafe output.withUnsafeMutableBufferPointer { output in
      guard let a = a.baseAddress, let output = output.baseAddress else { return }
      for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
        let lanes = unsafe UnsafePointer(output).lanes(index, of: count)
        unsafe output.store(formula(lanes, a.lanes(index, of: count)), index, of: count)
      }
    }
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
  unsafe a.withUnsafeBufferPointer { a in
    unsafe b.withUnsafeBufferPointer { b in
      unsafe output.withUnsafeMutableBufferPointer { output in
        guard let a = a.baseAddress, let b = b.baseAddress,
          let output = output.baseAddress
        else { return }
        for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
          let lanes = unsafe UnsafePointer(output).lanes(index, of: count)
          unsafe output.store(
            formula(lanes, a.lanes(index, of: count), b.lanes(index, of: count)), index, of: count)
        }
      }
    }
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
  unsafe a.withUnsafeBufferPointer { a in
    unsafe b.withUnsafeBufferPointer { b in
      guard let a = a.baseAddress, let b = b.baseAddress else { return }
      for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
        unsafe total += formula(a.lanes(index, of: count), b.lanes(index, of: count))
      }
    }
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
  unsafe a.withUnsafeBufferPointer { a in
    unsafe b.withUnsafeBufferPointer { b in
      unsafe c.withUnsafeBufferPointer { c in
        guard let a = a.baseAddress, let b = b.baseAddress,
          let c = c.baseAddress
        else { return }
        for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
          unsafe total += formula(
            a.lanes(index, of: count), b.lanes(index, of: count), c.lanes(index, of: count))
        }
      }
    }
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

extension Lanes {
  /// The sum of the lanes in float64.
  @inlinable @inline(__always)
  public var doubleSum: Double {
    var total = 0.0
    for lane in 0..<Lanes.scalarCount { total += Double(self[lane]) }
    return total
  }
}
