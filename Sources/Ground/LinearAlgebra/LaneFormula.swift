/// A formula over lanes that is compiled into the loop over a row.
///
/// `map` and `update` take closures, which reads better; but the compiler calls a long closure, sixteen
/// elements at a time, and a call costs as much as an exponential. Formulas with one in them are
/// types.
public protocol LaneFormula {
  /// The formula; mark it `@inline(__always)`.
  ///
  /// - Parameters:
  ///   - a: Sixteen elements of the first input.
  ///   - b: Sixteen of the second.
  /// - Returns: Sixteen of the output.
  static func value(_ a: Lanes, _ b: Lanes) -> Lanes
}

/// The same with three inputs and two outputs.
public protocol LanePairFormula {
  /// The formula; mark it `@inline(__always)`.
  ///
  /// - Parameters:
  ///   - a: Sixteen elements of the first input.
  ///   - b: Sixteen of the second.
  ///   - c: Sixteen of the third.
  /// - Returns: Sixteen of each output.
  static func values(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> (Lanes, Lanes)
}

/// `output[i] = formula(a[i], b[i])`.
///
/// - Parameters:
///   - a: Input of n elements.
///   - b: Input of n elements.
///   - output: n elements; overwritten.
///   - formula: The formula.
@inlinable @inline(__always)
public func map<Formula: LaneFormula>(
  _ a: Span<Float>, _ b: Span<Float>, into output: inout MutableSpan<Float>,
  by formula: Formula.Type
) {
  let count = output.count
  precondition(a.count == count && b.count == count, "rows of \(a.count), \(b.count), \(count)")
  var row = output.part(0..<count)
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    row.store(formula.value(a.lanes(index), b.lanes(index)), index)
  }
}

/// `(first[i], second[i]) = formula(a[i], b[i], c[i])`.
///
/// - Parameters:
///   - a: Input of n elements.
///   - b: Input of n elements.
///   - c: Input of n elements.
///   - first: n elements; overwritten.
///   - second: n elements; overwritten.
///   - formula: The formula.
@inlinable @inline(__always)
public func map<Formula: LanePairFormula>(
  _ a: Span<Float>, _ b: Span<Float>, _ c: Span<Float>, into first: inout MutableSpan<Float>,
  _ second: inout MutableSpan<Float>, by formula: Formula.Type
) {
  let count = first.count
  precondition(
    a.count == count && b.count == count && c.count == count && second.count == count,
    "rows of \(a.count), \(b.count), \(c.count), \(count) and \(second.count)")
  var firstRow = first.part(0..<count)
  var secondRow = second.part(0..<count)
  for index in stride(from: 0, to: count, by: Lanes.scalarCount) {
    let values = formula.values(a.lanes(index), b.lanes(index), c.lanes(index))
    firstRow.store(values.0, index)
    secondRow.store(values.1, index)
  }
}
